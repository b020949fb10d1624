import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@Suite("Signals and sleeps", .timeLimit(.minutes(1)))
struct SignalTests {
    @Test func `signals that came first are kept, and taken in their order`() async throws {
        let gate = Milestone()
        try await TestEngine.runChores { _, context in
            try await context.step("hold") { try await gate.wait() }
            let first = try await context.signal("news", as: Int.self)
            let second = try await context.signal("news", as: Int.self)
            let third = try await context.signal("news", as: Int.self)
            return "\(first) \(second) \(third)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.stepStarted, of: handle.id)
            try await handle.signal("news", 1, by: "ana")
            try await handle.signal("news", 2, by: "ana")
            gate.reach()
            try await bench.reached(.signalConsumed, of: handle.id, count: 2)
            try await bench.park(handle.id)
            try await handle.signal("news", 3, by: "ana")
            #expect(try await handle.result() == "1 2 3")
        }
    }

    @Test func `a delivery with the same request counts once`() async throws {
        try await TestEngine.runChores { _, context in
            let first = try await context.signal("news", as: Int.self)
            let second = try await context.signal("news", as: Int.self, timeout: .seconds(60))
            return "\(first) \(second ?? 0)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            for _ in 0..<3 {
                try await bench.engine.signal(
                    "news", JSONText(unchecked: "7"), to: handle.id, by: .person("ana"), request: "r-1")
            }
            try await bench.reached(.timerSet, of: handle.id)
            try await bench.clock.timer(at: ManualClock.start + .seconds(60))
            bench.clock.advance(by: .seconds(60))
            #expect(try await handle.result() == "7 0")
        }
    }

    @Test func `a wait that timed out leaves a later signal to the next wait`() async throws {
        try await TestEngine.runChores { _, context in
            let first = try await context.signal("news", as: Int.self, timeout: .seconds(10))
            let second = try await context.signal("news", as: Int.self)
            return "\(first ?? 0) \(second)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.timerSet, of: handle.id)
            try await bench.park(handle.id)
            bench.clock.advance(by: .seconds(10))
            try await bench.reached(.timerFired, of: handle.id)
            try await handle.signal("news", 5, by: "ana")
            #expect(try await handle.result() == "0 5")
        }
    }

    @Test func `an ended job takes no signal`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            await #expect(throws: JobRejection.ended(.completed)) {
                try await handle.signal("news", 1, by: "ana")
            }
        }
    }

    @Test func `a sleep survives a restart, and ends at its moment and not before`() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        let chore: @Sendable (Chore, JobContext) async throws -> String = { _, context in
            try await context.sleep("settle", for: .seconds(3600))
            return "rested"
        }
        var id: JobID?
        try await TestEngine.runChores(over: store, clock: clock, chore: chore) { bench in
            let handle = try await bench.engine.enqueue(Chore())
            id = handle.id
            try await bench.reached(.timerSet, of: handle.id)
            try await bench.park(handle.id)
        }
        clock.advance(to: .init(ManualClock.start + .seconds(3599)))
        try await TestEngine.runChores(over: store, clock: clock, chore: chore) { bench in
            let handle = bench.engine.handle(try #require(id), as: Chore.self)
            try await clock.timer(at: ManualClock.start + .seconds(3600))
            #expect(try await handle.state().phase.name == .waiting)
            clock.advance(by: .seconds(1))
            #expect(try await handle.result() == "rested")
            #expect(try await bench.kinds(of: handle.id).count { $0 == .timerFired } == 1)
        }
    }

    @Test func `a sleep until a moment that has passed ends at once`() async throws {
        try await TestEngine.runChores { _, context in
            try await context.sleep("past", until: ManualClock.start)
            return "awake"
        } test: { bench in
            let result = try await bench.engine.enqueue(Chore()).result()
            #expect(result == "awake")
        }
    }
}
