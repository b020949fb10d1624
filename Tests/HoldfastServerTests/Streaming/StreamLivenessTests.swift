import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Keeping streams alive and finding dead ones", .timeLimit(.minutes(1)))
struct StreamLivenessTests {
    @Test func `a quiet stream sends one line without meaning every 15 s`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            var stream = try await WireStream(server, of: worker.job, "?from=now")
            _ = try await stream.read(through: "stream.caught_up")
            for _ in 1...3 {
                try await server.clock.timer(at: server.clock.timestamp + .seconds(15))
                server.clock.advance(by: .milliseconds(14_999))
                try await worker.say("not yet")
                #expect(try await stream.reader.block()?.isStored == true)
                server.clock.advance(by: .milliseconds(1))
                // Read as lines: no empty line follows, which would end a block.
                #expect(try await stream.reader.line() == ":")
                try await worker.say("after it")
                #expect(try await stream.reader.block() == server.blocks(of: worker.job).last)
            }
        }
    }

    @Test(arguments: [false, true])
    func `a reader that goes away is noticed though nothing is sent`(breaksOff: Bool) async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            var streams: [WireStream] = []
            for _ in 1...3 {
                var stream = try await WireStream(server, of: job)
                _ = try await stream.read(through: "stream.caught_up")
                streams.append(stream)
            }
            #expect(server.server.streams.count == 3)
            for stream in streams {
                if breaksOff { try await stream.connection.reset() } else { await stream.cut() }
            }
            await server.server.streams.whenEmpty()
            #expect(server.server.streams.count == 0)
        }
    }

    @Test func `a reader that goes away in the middle of the past is noticed`() async throws {
        try await TestServer.run { server in
            let worker = try await server.longJob()
            let stream = try await WireStream(server, of: worker.job, "?from=start")
            await stream.cut()
            await server.server.streams.whenEmpty()
        }
    }

    @Test func `a reader that takes nothing is closed, and the log is not read ahead for it`() async throws {
        let store = FaultyStore(InMemoryStore())
        let pageEvents = 1
        try await TestServer.run(
            over: store,
            { server, engine in
                server.streams.pageEvents = pageEvents
                server.streams.heartbeat = .seconds(86_400)
                // So that each page is a read of the store and can be counted.
                engine.log.recentEvents = 0
            }
        ) { server in
            let worker = try await server.longJob(commits: 32)
            let events = try await server.history(of: worker.job).count
            let readsBefore = store.count(.read)
            let connection = try await server.askWithoutReading("/v1/jobs/\(worker.job)/stream?from=start")
            let began = server.clock.timestamp
            try await server.lookUntilEmpty()
            #expect(server.clock.timestamp - began >= .seconds(30))
            let pages = store.count(.read) - readsBefore
            #expect(
                pages < events / pageEvents / 2, "\(pages) pages were read for a reader that took nothing")
            await connection.close()
        }
    }

    @Test func `ten thousand events pass a reader that takes nothing, and none is lost to it`() async throws {
        try await TestServer.run({ server, _ in server.streams.heartbeat = .seconds(86_400) }) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let connection = try await server.askWithoutReading("/v1/jobs/\(worker.job)/stream?from=start")
            try await server.whenOpen(1)
            let line = String(repeating: "x", count: 1_000)
            for _ in 0..<20 { try await worker.say(Array(repeating: line, count: 500)) }
            try await server.lookUntilEmpty()

            try await connection.beginReading()
            var reader = WireReader(connection)
            _ = try await reader.head()
            var ids: [String] = []
            await #expect(throws: (any Error).self) {
                while let block = try await reader.block() {
                    if block.isStored { ids.append(block.id) }
                }
            }
            #expect(ids.count < 10_000, "the connection took everything")
            try await worker.complete()
            var resumed = try await WireStream(server, of: worker.job, cursor: ids.last ?? "0")
            ids += try await resumed.read(through: "stream.end").stored.map(\.id)
            let isWhole = try await ids.elementsEqual((1...server.head().value).map(String.init))
            #expect(isWhole)
        }
    }

    @Test func `a reader that takes all is never closed, however long nothing comes`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            var stream = try await WireStream(server, of: worker.job)
            _ = try await stream.read(through: "stream.caught_up")
            for _ in 1...20 {
                for _ in 1...2 {
                    try await server.clock.timer(at: server.clock.timestamp + .milliseconds(7500))
                    server.clock.advance(by: .milliseconds(7500))
                }
                #expect(try await stream.reader.line() == ":")
            }
            try await worker.complete()
            #expect(try await stream.read(through: "stream.end").stored.map(\.event) == ["job.completed"])
        }
    }

    @Test func `a slow reader gets every event in the end`() async throws {
        try await TestServer.run({ server, engine in
            server.streams.pageEvents = 16
            engine.log.recentEvents = 32
        }) { server in
            let worker = try await server.longJob()
            let connection = try await server.askWithoutReading("/v1/jobs/\(worker.job)/stream?from=start")
            try await worker.say("one more")
            try await worker.complete()
            try await connection.beginReading()
            var reader = WireReader(connection)
            _ = try await reader.head()
            let sent = try await reader.blocks(through: "stream.end").stored
            #expect(sent == (try await server.blocks(of: worker.job)))
        }
    }
}

extension TestServer {
    /// Lets time pass from one look at the readers to the next until the last one is gone.
    fileprivate func lookUntilEmpty() async throws {
        while server.streams.count == 0 { await Task.yield() }
        while server.streams.count > 0 {
            try await clock.timer(at: clock.timestamp + .milliseconds(7500))
            clock.advance(by: .milliseconds(7500))
        }
    }
}
