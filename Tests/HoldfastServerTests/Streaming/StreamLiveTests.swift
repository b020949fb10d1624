import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastTesting
import Testing

@Suite("Following a job live", .timeLimit(.minutes(1)))
struct StreamLiveTests {
    @Test func `each event reaches every reader of the job, and no reader of another`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            let other = try await HandWorker(server, try await server.enqueue())
            var readers: [WireStream] = []
            for _ in 1...3 {
                var reader = try await WireStream(server, of: job, "?from=now")
                _ = try await reader.read(through: "stream.caught_up")
                readers.append(reader)
            }
            for number in 1...20 {
                try await other.say("of another job")
                try await worker.say("line \(number)")
                let event = try #require(try await server.blocks(of: job).last)
                for index in readers.indices {
                    let block = try await readers[index].reader.block()
                    #expect(block == event)
                }
            }
        }
    }

    @Test func `several events of one commit come one by one and in order`() async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 10 }) { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            var stream = try await WireStream(server, of: job, "?from=now")
            _ = try await stream.read(through: "stream.caught_up")
            try await worker.say((1...35).map { "line \($0)" })
            #expect(try await stream.read(stored: 35) == Array(server.blocks(of: job).suffix(35)))
        }
    }

    @Test func `the past is told from what is live by one block, however often the reader catches up`()
        async throws
    {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            var stream = try await WireStream(server, of: job, "?from=start")
            var blocks = try await stream.read(through: "stream.caught_up")
            for number in 1...3 {
                try await worker.say("line \(number)")
                blocks += try await stream.read(stored: 1)
            }
            try await worker.complete()
            blocks += try await stream.read(through: "stream.end")
            #expect(blocks.count { $0.event == "stream.caught_up" } == 1)
            #expect(blocks.stored == (try await server.blocks(of: job)))
        }
    }

    @Test func `a commit of another process reaches the reader`() async throws {
        let store = InMemoryStore()
        try await TestServer.run(over: store) { server in
            let job = try await server.enqueue()
            var stream = try await WireStream(server, of: job, "?from=now")
            _ = try await stream.read(through: "stream.caught_up")
            try await TestServer.run(over: store) { other in
                _ = try await other.engine.steer(.cancel(reason: nil), job, by: .person("ana"))
            }
            #expect(
                try await stream.read(through: "stream.end").stored == Array(server.blocks(of: job).suffix(1))
            )
        }
    }

    @Test func `a line longer than a chunk arrives whole`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            let message = String(repeating: "Länge \"und\" \\ ", count: 20_000)
            try await worker.say(message)
            try await worker.complete()
            var stream = try await WireStream(server, of: job, "?from=start")
            let blocks = try await stream.read(through: "stream.end")
            #expect(blocks.stored == (try await server.blocks(of: job)))
            let line = try #require(blocks.first { $0.event == "log.written" })
            #expect(try line.fields().object("data")?.string("message") == message)
        }
    }

    @Test func `a value above 64 KiB is sent as a reference that can be fetched`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            let small = #""\#(String(repeating: "a", count: 64 * 1024 - 2))""#
            let large = #""\#(String(repeating: "b", count: 64 * 1024 - 1))""#
            try await worker.emit("small", small)
            try await worker.emit("large", large)
            try await worker.complete()
            var stream = try await WireStream(server, of: job, "?from=start")
            let sent = try await stream.read(through: "stream.end").filter { $0.event == "app.emitted" }
            let values = try sent.map { try #require(try $0.fields().object("data")) }
            #expect(values.first?.raw("payload")?.text == small)
            #expect(values.last?.raw("payload") == nil)
            let reference = try #require(try values.last?.object("payload_ref"))
            #expect(try reference.integer("bytes") == 64 * 1024 + 1)
            let digest = try #require(try reference.string("sha256"))
            let answer = try await server.send("GET", "/v1/jobs/\(job)/payloads/\(digest)")
            #expect(answer.body == large)
        }
    }
}
