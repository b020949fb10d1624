import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("A step's tries across restarts", .timeLimit(.minutes(1)))
struct StepRetryRestartTests {
    private static let everySix = RetryPolicy.constant(maxAttempts: 3, every: .seconds(6))

    /// Runs a chore whose only step fails, until the step waits for its next try, and kills the process then; runs
    /// it again after a while in another one.
    private func killed(
        while wait: Duration, policy: RetryPolicy = everySix,
        afterwards: (TestEngine, JobHandle<Chore>, ManualClock, Trace<Timestamp>) async throws -> Void
    ) async throws {
        let store = InMemoryStore()
        let (clock, later) = (ManualClock(), ManualClock())
        let tries = Trace<Timestamp>()
        try await TestEngine.runChores(over: store, clock: clock, concurrency: 1) { _, context in
            try await context.step("dial", retry: policy) { throw Mishap() }
            return "never"
        } test: { dead in
            let handle = try await dead.engine.enqueue(
                Chore(), EnqueueOptions(retry: .some(.none)))
            try await dead.reached(.stepFailed, of: handle.id)
            later.advance(by: wait)
            store.declareDead(dead.engine.id)
            try await TestEngine.runChores(over: store, clock: later) { _, context in
                try await context.step("dial", retry: policy) {
                    tries.add(later.timestamp)
                    throw Mishap()
                }
                return "never"
            } test: { other in
                try await other.reached(.jobStarted, of: handle.id, count: 2)
                try await afterwards(
                    other, other.engine.handle(handle.id, as: Chore.self), later, tries)
            }
        }
    }

    @Test func `the wait goes on where the process died, and the tries are counted on`() async throws {
        try await killed(while: .seconds(2)) { bench, handle, clock, tries in
            // 2 of the 6 seconds are over, so the step is due in 4.
            try await clock.timer(at: ManualClock.start + .seconds(6))
            #expect(tries.elements.isEmpty)
            clock.advance(to: .init(ManualClock.start + .seconds(6)))
            try await bench.reached(.stepFailed, of: handle.id, count: 2)
            try await clock.timer(at: ManualClock.start + .seconds(12))
            clock.advance(to: .init(ManualClock.start + .seconds(12)))
            await #expect(throws: JobEnded.self) { try await handle.result() }
            // One try before the crash and two after it: three, as the policy says.
            #expect(tries.elements == [6, 12].map { ManualClock.start + .seconds($0) })
            let history = try await bench.history(of: handle.id)
            #expect(history.count { $0.event.kind == .stepFailed } == 3)
            #expect(try await handle.state().attempt == 1)
        }
    }

    @Test func `a wait that ended while nothing ran is over at once`() async throws {
        try await killed(while: .seconds(300)) { bench, handle, clock, tries in
            try await bench.reached(.stepFailed, of: handle.id, count: 2)
            #expect(tries.elements == [ManualClock.start + .seconds(300)])
        }
    }

    @Test func `a new attempt of the job begins with fresh tries`() async throws {
        let tries = Trace<Int>()
        try await TestEngine.runChores { _, context in
            try await context.step("dial", retry: .atOnce) {
                tries.add(context.attempt)
                throw Mishap()
            }
            return "never"
        } test: { bench in
            let twice = RetryPolicy(maxAttempts: 2, backoff: .none, jitter: 0)
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: twice))
            await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(tries.elements == [1, 1, 1, 2, 2, 2])
            #expect(try await handle.state().stepFailures == 3)
        }
    }

    @Test func `other steps' failures do not use up a step's tries`() async throws {
        let store = InMemoryStore()
        let tries = Trace<String>()
        try await TestEngine.runStuckChore(over: store) { context in
            do { try await context.step("first", retry: .atOnce) { throw Mishap() } } catch is Mishap {}
        } test: { dead, handle in
            try await dead.reached(.stepFailed, of: handle.id, count: 3)
            store.declareDead(dead.engine.id)
            try await TestEngine.runChores(over: store) { _, context in
                do {
                    try await context.step("second", retry: .atOnce) {
                        tries.add("second")
                        throw Mishap()
                    }
                } catch is Mishap {}
                return "done"
            } test: { other in
                let result = try await other.engine.handle(handle.id, as: Chore.self).result()
                #expect(result == "done")
                #expect(tries.elements == ["second", "second", "second"])
            }
        }
    }
}
