import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@Suite("Cancelling", .timeLimit(.minutes(1)))
struct CancelTests {
    private let start = ManualClock.start

    @Test func `a job that waits is cancelled at once and never runs`() async throws {
        let store = InMemoryStore()
        var job: JobID?
        try await TestEngine.idle(over: store) { idle in
            let handle = try await idle.enqueue(Chore())
            job = handle.id
            let state = try await handle.cancel(by: "ana", reason: "duplicate")
            #expect(state.phase == .cancelled(at: start, by: .person("ana"), reason: "duplicate"))
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(error?.phase == state.phase)
            #expect(error?.description == "job \(handle.id) is cancelled")
        }
        let id = try #require(job)
        try await TestEngine.runChores(over: store) { chore, _ in
            chore.name
        } test: { bench in
            try await bench.settle()
            #expect(try await bench.kinds(of: id) == [.jobEnqueued, .jobCancelled])
        }
    }

    @Test func `the handler of a running job is cancelled, and the job ends as cancelled`() async throws {
        let (isWaiting, never) = (Milestone(), Milestone())
        let errors = Trace<String>()
        try await TestEngine.runChores { _, _ in
            isWaiting.reach()
            do { try await never.wait() } catch {
                errors.add("\(type(of: error))")
                throw error
            }
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            try await isWaiting.wait()
            let state = try await handle.cancel(by: "ana", reason: "duplicate")
            guard case .running(let running) = state.phase else {
                Issue.record("the job is \(state.phase.name)")
                return
            }
            #expect(running.cancelRequest?.actor == .person("ana"))
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(
                error?.phase
                    == .cancelled(at: start, by: .worker("worker/default"), reason: "duplicate"))
            #expect(errors.elements == ["CancellationError"])
            #expect(
                try await bench.kinds(of: handle.id)
                    == [.jobEnqueued, .jobStarted, .jobCancelRequested, .jobCancelled])
        }
    }

    @Test func `a second request changes nothing`() async throws {
        let (isWaiting, isCancelled, gate) = (Milestone(), Milestone(), Milestone())
        try await TestEngine.runChores { _, _ in
            isWaiting.reach()
            do { try await Milestone().wait() } catch {
                isCancelled.reach()
                await gate.waitStubbornly()
                throw error
            }
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            try await handle.cancel(by: "ana", reason: "first")
            try await isCancelled.wait()
            try await handle.cancel(by: "ben", reason: "second")
            gate.reach()
            let ended = try await bench.reached(.jobCancelled, of: handle.id)
            #expect(ended.event == .job(.cancelled(JobCancelled(reason: "first"))))
            try await handle.cancel(by: "ben", reason: "third")
            #expect(
                try await bench.kinds(of: handle.id)
                    == [.jobEnqueued, .jobStarted, .jobCancelRequested, .jobCancelled])
        }
    }

    @Test func `a job that ended cannot be cancelled`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            await #expect(throws: JobRejection.ended(.completed)) { try await handle.cancel(by: "ana") }
        }
    }

    @Test func `what a handler returns in spite of a request is recorded`() async throws {
        let (isWaiting, gate) = (Milestone(), Milestone())
        try await TestEngine.runChores { _, _ in
            isWaiting.reach()
            await gate.waitStubbornly()
            return "done all the same"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            try await handle.cancel(by: "ana")
            gate.reach()
            #expect(try await handle.result() == "done all the same")
        }
    }

    @Test func `a handler that hides a refused step has not done its work`() async throws {
        let isWaiting = Milestone()
        let never = Milestone()
        try await TestEngine.runChores { _, context in
            isWaiting.reach()
            // Both fail for the same reason, and neither failure is told.
            try? await never.wait()
            try? await context.step("refused") {}
            return "as if nothing had happened"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            try await handle.cancel(by: "ana")
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(error?.phase.name == .cancelled)
        }
    }

    @Test func `a handler may cancel a branch of its own and still end well`() async throws {
        let never = Milestone()
        try await TestEngine.runChores { _, context in
            let winner = try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await context.step("quick") { "quick" } }
                group.addTask {
                    try? await never.wait()
                    return try await context.step("slow") { "slow" }
                }
                defer { group.cancelAll() }
                return try await group.next()
            }
            return winner ?? "none"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            #expect(try await handle.result() == "quick")
            #expect(try await handle.state().attempt == 1)
        }
    }

    @Test func `a request is noticed by the engine that runs the job, whoever recorded it`() async throws {
        let store = InMemoryStore()
        let (isWaiting, never) = (Milestone(), Milestone())
        try await TestEngine.runChores(over: store) { _, _ in
            isWaiting.reach()
            try await never.wait()
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            try await TestEngine.idle(over: store, clock: bench.clock) { other in
                try await other.handle(handle.id, as: Chore.self).cancel(by: "ana")
            }
            try await bench.reached(.jobCancelled, of: handle.id)
        }
    }
}
