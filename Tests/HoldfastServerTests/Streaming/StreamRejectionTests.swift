import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Events that a filter rejects", .timeLimit(.minutes(1)))
struct StreamRejectionTests {
    @Test func `coming back after three thousand of them reads as much as after ten`() async throws {
        #expect(try await reads(after: 3_000) == reads(after: 10))
    }

    /// How often the store is read for a reader that comes back with the last cursor it was given.
    private func reads(after count: Int) async throws -> Int {
        let store = FaultyStore(InMemoryStore())
        return try await TestServer.run(
            over: store,
            { server, engine in
                server.streams.stallLimit = .seconds(86_400)
                // So that each page is a read of the store and can be counted.
                engine.log.recentEvents = 0
            }
        ) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            var stream = try await WireStream(server, "/v1/stream?kind=rare&from=now")
            _ = try await stream.read(through: "stream.caught_up")
            try await worker.say((1...count).map { "line \($0)" })
            try await server.whenScanned(try await server.head())
            try await server.clock.timer(at: server.clock.timestamp + .seconds(15))
            server.clock.advance(by: .seconds(15))
            let cursor = try #require(try await stream.read(through: "stream.position").last).id
            await stream.cut()
            await server.server.streams.whenEmpty()
            let before = store.count(.read)
            var again = try await WireStream(
                server, "/v1/stream?kind=rare", headers: ["Last-Event-ID": cursor])
            _ = try await again.read(through: "stream.caught_up")
            let reads = store.count(.read) - before
            let job = try await server.enqueue("rare")
            #expect(try await again.reader.block() == server.blocks(of: job).first)
            await again.cut()
            return reads
        }
    }

    @Test func `a reader that looked through the past is told how far, before anything else happens`()
        async throws
    {
        try await TestServer.run { server in
            try await server.finishedJob()
            let head = try await server.head()
            var stream = try await WireStream(server, "/v1/stream?kind=rare&from=start")
            #expect(try await stream.read(through: "stream.caught_up").map(\.id) == ["0", "\(head)"])
        }
    }

    @Test func `the goodbye of a server says how far it looked`() async throws {
        try await TestServer.run { server in
            var stream = try await WireStream(server, "/v1/stream?kind=rare&from=now")
            _ = try await stream.read(through: "stream.caught_up")
            try await server.finishedJob()
            let head = try await server.head()
            try await server.whenScanned(head)
            await server.stopGracefully()
            #expect(try await stream.read(through: "stream.rotate").last?.id == head.description)
        }
    }
}
