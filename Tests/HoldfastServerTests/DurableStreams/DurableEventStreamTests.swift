import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("A durable stream as an event stream", .timeLimit(.minutes(1)))
struct DurableEventStreamTests {
    private func open(
        _ server: TestServer, _ job: JobID, at offset: String, cursor: Int? = nil,
        headers: [String: String] = [:]
    ) async throws -> WireStream {
        let query = "?offset=\(offset)&live=sse" + (cursor.map { "&cursor=\($0)" } ?? "")
        return try await WireStream(server, "/v1/jobs/\(job)/durable-stream\(query)", headers: headers)
    }

    @Test func `batches and where the reader stands come in turn, to the end that closes it`() async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 4 }) { server in
            let job = try await server.finishedJob()
            var stream = try await open(server, job, at: "-1")
            #expect(stream.head.status == 200)
            #expect(stream.head.headers["content-type"] == "text/event-stream")
            #expect(stream.head.headers["cache-control"]?.contains("no-cache") == true)
            #expect(stream.head.headers["stream-sse-data-encoding"] == nil)
            let blocks = try await stream.reader.durableBlocks(through: "streamClosed")
            #expect(try await stream.reader.durableBlock() == nil)
            var positions = try await server.history(of: job).map(\.position)[...]
            var sent: [String] = []
            for (data, control) in zip(blocks, blocks.dropFirst()) where data.event == "data" {
                let batch = try data.elements()
                sent += batch
                positions = positions.dropFirst(batch.count - 1)
                let next = try #require(positions.first)
                positions = positions.dropFirst()
                #expect(try control.control().string("streamNextOffset") == offset(behind: next))
            }
            #expect(try await sent == server.envelopes(of: job))
            #expect(blocks.count(where: { $0.event == "data" }) > 1)
            for block in blocks.dropLast() where block.event == "control" {
                #expect(Int(try block.control().string("streamCursor") ?? "") != nil)
            }
            let end = try #require(blocks.last).control()
            #expect(end.raw("upToDate")?.text == "true" && end.raw("streamCursor") == nil)
        }
    }

    @Test func `a reader that is cut behind any batch goes on with the next event`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let history = try await server.envelopes(of: job)
            for (count, event) in try await server.history(of: job).enumerated() {
                var stream = try await open(server, job, at: offset(behind: event.position))
                let blocks = try await stream.reader.durableBlocks(through: "streamClosed")
                let rest = try blocks.filter { $0.event == "data" }.flatMap { try $0.elements() }
                #expect(rest == Array(history.dropFirst(count + 1)))
            }
        }
    }

    @Test func `what is committed comes at once, and who has everything is told so`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let end = try await server.durable(worker.job, method: "HEAD").nextOffset
            var stream = try await open(server, worker.job, at: "now")
            let first = try #require(try await stream.reader.durableBlock()).control()
            #expect(try first.string("streamNextOffset") == end)
            #expect(first.raw("upToDate")?.text == "true" && first.raw("streamClosed") == nil)
            for number in 1...5 {
                let position = try await worker.say("line \(number)")
                let blocks = try await stream.reader.durableBlocks(through: "upToDate")
                #expect(try blocks.first?.elements().count == 1)
                let control = try #require(blocks.last).control()
                #expect(try control.string("streamNextOffset") == offset(behind: position))
            }
            try await worker.complete()
            let last = try await stream.reader.durableBlocks(through: "streamClosed")
            #expect(try last.first?.elements().count == 1)
            #expect(try await stream.reader.durableBlock() == nil)
        }
    }

    @Test(arguments: ["now", "OFFSET"])
    func `who has seen the end of a job is told at once`(at start: String) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let end = try await server.durable(job, method: "HEAD").nextOffset
            var stream = try await open(server, job, at: start == "now" ? start : end)
            let control = try #require(try await stream.reader.durableBlock()).control()
            #expect(try control.string("streamNextOffset") == end)
            #expect(control.raw("upToDate")?.text == "true" && control.raw("streamClosed")?.text == "true")
            #expect(try await stream.reader.durableBlock() == nil)
            await server.server.streams.whenEmpty()
        }
    }

    @Test func `it gives signs of life, and after about a minute it ends without being closed`() async throws
    {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            var stream = try await open(server, job, at: "-1", cursor: 1 << 40)
            let blocks = try await stream.reader.durableBlocks(through: "upToDate")
            let cursor = try #require(blocks.last).control().string("streamCursor").flatMap { Int($0) }
            #expect(try #require(cursor) > 1 << 40)
            let start = server.clock.timestamp
            for beat in 1...4 {
                let next = start + .seconds(15 * beat)
                try await server.clock.timer(at: next)
                server.clock.advance(by: next - server.clock.timestamp)
                #expect(try await stream.reader.line() == (beat < 4 ? ":" : nil))
            }
        }
    }

    @Test func `a server that stops ends it without closing it`() async throws {
        try await TestServer.run { server in
            var stream = try await open(server, try await server.enqueue(), at: "-1")
            _ = try await stream.reader.durableBlocks(through: "upToDate")
            await server.stopGracefully()
            #expect(try await stream.reader.durableBlock() == nil)
        }
    }

    @Test func `compressed it is the same`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            var plain = try await open(server, job, at: "-1")
            var lines = ""
            while let line = try await plain.reader.line() { lines += line + "\n" }
            var packed = try await open(server, job, at: "-1", headers: ["Accept-Encoding": "gzip"])
            #expect(packed.head.headers["content-encoding"] == "gzip")
            let gunzip = try Gunzip()
            while let next = try await packed.reader.bytes() { try gunzip.read(next) }
            #expect(gunzip.isWhole && gunzip.text == lines)
        }
    }
}
