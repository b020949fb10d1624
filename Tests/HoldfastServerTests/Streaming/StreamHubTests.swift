import HoldfastCore
import HoldfastTesting
import Testing

@testable import HoldfastServer

@Suite("Looking at writes that do not go on", .timeLimit(.minutes(1)))
struct StreamHubTests {
    private static let key = ShelfKey(selection: .job(JobID(high: 1, low: 2)), encoding: .blocks)

    @Test(arguments: [(looks: 4, end: StreamCut.readerGone), (looks: 5, end: .stalled)])
    func `a write that is pending at five looks in a row, 30 s from first to last, is cut`(
        looks: Int, end: StreamCut
    ) async throws {
        try await TestServer.run({ server, _ in server.streams.heartbeat = .seconds(86_400) }) { server in
            let ticket = try server.server.streams.join(StreamHubTests.key, for: "ana")
            let (gate, opener) = AsyncStream<Void>.makeStream()
            let (beginnings, begun) = AsyncStream<Void>.makeStream()
            async let writing: Void = ticket.whileWriting {
                begun.finish()
                for await _ in gate {}
            }
            for await _ in beginnings {}
            try await server.look(looks)
            // The order that comes first is the one that counts.
            ticket.cut(.readerGone)
            await #expect(throws: end) { try await ticket.awaitCut {} }
            opener.finish()
            try await writing
            server.server.streams.leave(ticket)
        }
    }

    @Test func `writes that end are never added up`() async throws {
        try await TestServer.run({ server, _ in server.streams.heartbeat = .seconds(86_400) }) { server in
            let ticket = try server.server.streams.join(StreamHubTests.key, for: "ana")
            for _ in 1...5 {
                try await ticket.whileWriting { try await server.look(3) }
                try await server.look(3)
            }
            ticket.cut(.readerGone)
            await #expect(throws: StreamCut.readerGone) { try await ticket.awaitCut {} }
            server.server.streams.leave(ticket)
        }
    }

    @Test(arguments: [(readers: 99, pause: Duration?.none), (readers: 100, pause: .milliseconds(2))])
    func `many readers are left alone between two rounds, and few are not`(
        readers: Int, pause: Duration?
    ) async throws {
        try await TestServer.run({ server, _ in
            server.streams.heartbeat = .seconds(86_400)
            server.streams.stallLimit = .seconds(86_400)
        }) { server in
            let hub = server.server.streams
            let worker = try await HandWorker(server, try await server.enqueue())
            let key = ShelfKey(selection: .job(worker.job), encoding: .blocks)
            let tickets = try (1...readers).map { _ in try hub.join(key, for: "ana") }
            defer { for ticket in tickets { hub.leave(ticket) } }
            let first = try await worker.say("at once")
            try await server.whenScanned(first)
            let second = try await worker.say("with the next round")
            if let pause {
                let end = server.clock.timestamp + pause
                try await server.clock.timer(at: end)
                #expect(hub.scanned == first)
                server.clock.advance(to: .init(end))
            }
            try await server.whenScanned(second)
        }
    }

    @Test func `drained twice, a stream is told once and another one does not open`() async throws {
        try await TestServer.run { server in
            let hub = server.server.streams
            let ticket = try hub.join(StreamHubTests.key, for: "ana")
            hub.drain()
            #expect(ticket.isDraining)
            #expect(try await ticket.next() == .drain)
            hub.drain()
            ticket.wake(.heartbeat)
            #expect(try await ticket.next() == .heartbeat)
            #expect(throws: RouteFault.unavailable("the server is stopping")) {
                try hub.join(StreamHubTests.key, for: "ana")
            }
            hub.leave(ticket)
            #expect(hub.count == 0)
        }
    }
}

extension TestServer {
    /// Lets the hub look at all writes so many times.
    fileprivate func look(_ times: Int) async throws {
        for _ in 0..<times {
            try await clock.timer(at: clock.timestamp + .milliseconds(7500))
            clock.advance(by: .milliseconds(7500))
        }
        // The next timer is set once the last look is over.
        try await clock.timer(at: clock.timestamp + .milliseconds(7500))
    }
}
