import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@Suite("The events of a job", .timeLimit(.minutes(1)))
struct JobEventsTests {
    private func kinds(_ events: JobEvents) async throws -> [EventKind] {
        var kinds: [EventKind] = []
        for try await event in events { kinds.append(event.event.kind) }
        return kinds
    }

    @Test func `they are replayed, then come as they are committed, and end with the job`() async throws {
        let gate = Milestone()
        try await TestEngine.runChores { _, context in
            try await context.step("first") {}
            try await gate.wait()
            try await context.step("second") {}
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.stepCompleted, of: handle.id)
            var kinds: [EventKind] = []
            for try await event in handle.events() {
                kinds.append(event.event.kind)
                // The rest exists only after the replay is over.
                if event.event.kind == .stepCompleted { gate.reach() }
            }
            #expect(
                kinds == [
                    .jobEnqueued, .jobStarted, .stepStarted, .stepCompleted, .stepStarted, .stepCompleted,
                    .jobCompleted,
                ])
        }
    }

    @Test func `those of other jobs are left out`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let handles = try await bench.engine.enqueue(contentsOf: Array(repeating: Chore(), count: 300))
            for handle in handles {
                #expect(try await kinds(handle.events()) == [.jobEnqueued, .jobStarted, .jobCompleted])
            }
        }
    }

    @Test func `those of a job that ended are replayed and end`() async throws {
        let store = InMemoryStore()
        var job: JobID?
        try await TestEngine.runChores(over: store) { chore, _ in
            chore.name
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            job = handle.id
        }
        let id = try #require(job)
        try await TestEngine.idle(over: store) { engine in
            let handle = engine.handle(id, as: Chore.self)
            let kinds = try await kinds(handle.events())
            #expect(kinds == [.jobEnqueued, .jobStarted, .jobCompleted])
            #expect(try await handle.result() == "chore")
        }
    }

    @Test func `they go on after the position that a reader has seen, also when that is the last`()
        async throws
    {
        try await TestEngine.runChores { _, context in
            try await context.step("work") {}
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let history = try await bench.history(of: handle.id)
            for (index, seen) in history.enumerated() {
                let rest = history.dropFirst(index + 1).map(\.event.kind)
                #expect(try await kinds(handle.events(after: seen.position)) == rest)
            }
            let head = try await bench.engine.head()
            #expect(try await kinds(handle.events(after: head)).isEmpty)
        }
    }

    @Test func `the end of an earlier life does not end them`() async throws {
        let gate = Milestone()
        try await TestEngine.runChores { _, context in
            if context.attempt == 2 { try await gate.wait() }
            return "\(context.attempt)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            try await bench.engine.steer(.retry(reason: nil), handle.id, by: .person("ana"))
            var kinds: [EventKind] = []
            for try await event in handle.events() {
                kinds.append(event.event.kind)
                if event.event.kind == .jobRetried { gate.reach() }
            }
            #expect(
                kinds == [
                    .jobEnqueued, .jobStarted, .jobCompleted, .jobRetried, .jobStarted, .jobCompleted,
                ])
        }
    }

    @Test func `whoever waits for a result is told when the log is closed`() async throws {
        let engine = try JobEngine(InMemoryStore(), environment: .testing(clock: ManualClock()))
        let handle = try await engine.enqueue(Chore())
        let result = Task { try await handle.result() }
        await engine.close()
        await #expect(throws: (any Error).self) { try await result.value }
    }
}
