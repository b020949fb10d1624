import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Stopping with open streams", .timeLimit(.minutes(1)))
struct StreamShutdownTests {
    @Test func `two hundred streams are asked to come back, at different times, and are closed at once`()
        async throws
    {
        try await TestServer.run { server in
            var jobs: [JobID] = []
            for _ in 1...10 { jobs.append(try await server.enqueue()) }
            let streams = try await server.open(200, of: jobs)
            #expect(server.server.streams.count == 200)

            // The clock stands still, so that nothing here waits for a limit to pass.
            await server.stopGracefully()
            var retries: Set<Int> = []
            for var stream in streams {
                let blocks = try await stream.reader.remainingBlocks()
                let rotate = try #require(blocks.only)
                #expect(rotate.event == "stream.rotate")
                #expect(rotate.data == #"{"reason":"shutdown"}"#)
                let retry = try #require(rotate.retry)
                #expect((1000...3000).contains(retry))
                retries.insert(retry)
                try blocks.expectComplete()
                try await stream.connection.whenClosed()
            }
            #expect(retries.count > 100)
            await server.server.streams.whenEmpty()
        }
    }

    @Test func `the goodbye carries the cursor of what was sent`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            var stream = try await WireStream(server, of: job, "?from=start")
            _ = try await stream.read(through: "stream.caught_up")
            let last = try await worker.say("the last one")
            _ = try await stream.read(stored: 1)
            await server.stopGracefully()
            #expect(try await stream.read(through: "stream.rotate").last?.id == last.description)
        }
    }

    @Test func `a stream in its grace is closed without a goodbye, for its end was said`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            var stream = try await WireStream(server, of: job)
            _ = try await stream.read(through: "stream.end")
            await server.stopGracefully()
            #expect(try await stream.reader.remainingBlocks() == [])
        }
    }

    @Test func `a reader that takes nothing holds the stop up for its limit and no longer`() async throws {
        try await TestServer.run({ server, _ in server.streams.heartbeat = .seconds(86_400) }) { server in
            let worker = try await server.longJob()
            let connection = try await server.askWithoutReading("/v1/jobs/\(worker.job)/stream?from=start")
            while server.server.streams.count == 0 { await Task.yield() }
            await server.stopGracefully()
            try await server.clock.timer(at: server.clock.timestamp + .milliseconds(1500))
            server.clock.advance(by: .milliseconds(1500))
            await server.server.streams.whenEmpty()
            await connection.close()
        }
    }

    @Test func `a history that is cut short by the stop never looks complete`() async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 4 }) { server in
            let job = try await server.longJob().job
            let lines = try await server.history(of: job).map(\.envelope.text)
            let connection = try await server.askWithoutReading("/v1/jobs/\(job)/events?format=ndjson")
            while server.server.streams.count == 0 { await Task.yield() }
            await server.stopGracefully()
            try await connection.beginReading()
            var reader = WireReader(connection)
            _ = try await reader.head()
            var received: [String] = []
            do {
                while let line = try await reader.line() { received.append(line) }
                #expect(received == lines)
            } catch WireFault.cutOff {
                // The connection ended before the body did, which no client takes for a whole answer.
                #expect(received.elementsEqual(lines.prefix(received.count)))
            }
            await connection.close()
        }
    }

    @Test func `a store that fails makes streams rotate, and they go on where they were`() async throws {
        let store = FaultyStore(InMemoryStore())
        try await TestServer.run(over: store, { _, engine in engine.log.recentEvents = 0 }) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            var stream = try await WireStream(server, of: worker.job, "?from=start")
            let before = try await stream.read(through: "stream.caught_up")
            store.fail(.read, with: StoreError(.unavailable, operation: "read", reason: "the disk is gone"))
            try await worker.say("unseen")
            let rotate = try #require(try await stream.read(through: "stream.rotate").only)
            #expect(rotate.data == #"{"reason":"unavailable"}"#)
            #expect(try await stream.reader.remainingBlocks() == [])
            store.mend()
            var resumed = try await WireStream(server, of: worker.job, cursor: rotate.id)
            let after = try await resumed.read(through: "stream.caught_up")
            #expect(before.stored + after.stored == (try await server.blocks(of: worker.job)))
        }
    }
}

extension TestServer {
    /// Opens streams and reads each up to where it waits for something to happen.
    fileprivate func open(_ count: Int, of jobs: [JobID]) async throws -> [WireStream] {
        var streams: [WireStream] = []
        for number in 0..<count {
            var stream = try await WireStream(self, of: jobs[number % jobs.count])
            _ = try await stream.read(through: "stream.caught_up")
            streams.append(stream)
        }
        return streams
    }
}

extension Array {
    /// The element of an array that has one; nil for every other array.
    fileprivate var only: Element? { count == 1 ? first : nil }
}
