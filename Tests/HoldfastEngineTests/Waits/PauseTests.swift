import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@Suite("Pausing, stopping and forking", .timeLimit(.minutes(1)))
struct PauseTests {
    /// Runs a body while a chore is in its step `long`, which ends when the body opens the gate.
    private func runLongStep(
        then rest: @escaping @Sendable (JobContext) async throws -> String,
        test: (TestEngine, JobHandle<Chore>, Milestone) async throws -> Void
    ) async throws {
        let (isWaiting, gate) = (Milestone(), Milestone())
        try await TestEngine.runChores { chore, context in
            if chore.name == "settle" { return chore.name }
            try await context.step("long") {
                isWaiting.reach()
                try await gate.wait()
            }
            return try await rest(context)
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            try await test(bench, handle, gate)
        }
    }

    @Test func `a running job finishes its step, pauses, and goes on behind it`() async throws {
        try await runLongStep { context in
            return try await context.step("next") { "done" }
        } test: { bench, handle, gate in
            let asked = try await handle.pause(by: "ana", reason: "lunch")
            #expect(asked.phase.name == .running)
            #expect(try await handle.pause(by: "bo").version == asked.version)
            try await bench.settle()
            gate.reach()
            try await bench.reached(.leaseReleased, of: handle.id)
            let paused = try await handle.state()
            guard case .paused(let phase) = paused.phase else {
                Issue.record("\(paused.phase)")
                return
            }
            #expect(phase.actor == .person("ana"))
            #expect(phase.reason == "lunch")
            #expect(paused.attempt == 1)
            try await handle.resume(by: "ana")
            #expect(try await handle.result() == "done")
            #expect(try await bench.kinds(of: handle.id).count { $0 == .stepCompleted } == 2)
        }
    }

    @Test func `what a step records after a pause was asked for is kept, and the step is not cut`()
        async throws
    {
        let (isWaiting, gate, tries) = (Milestone(), Milestone(), Trace<Int>())
        try await TestEngine.runChores { chore, context in
            if chore.name == "settle" { return chore.name }
            try await context.step("long") {
                tries.add(1)
                isWaiting.reach()
                try await gate.wait()
                try await context.emit("half", "done")
                try await context.save(artifact: "note.txt", "kept")
            }
            try await context.emit("between", "steps")
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            try await handle.pause(by: "ana")
            try await bench.settle()
            gate.reach()
            try await bench.reached(.leaseReleased, of: handle.id)
            #expect(
                try await bench.kinds(of: handle.id) == [
                    .jobEnqueued, .jobStarted, .stepStarted, .jobPaused, .appEmitted, .artifactSaved,
                    .stepCompleted, .leaseReleased,
                ])
            try await handle.resume(by: "ana")
            #expect(try await handle.result() == "done")
            #expect(tries.elements == [1])
        }
    }

    @Test func `a pause that is taken back in time leaves the run able to wait`() async throws {
        try await runLongStep { context in
            return try await context.checkpoint("approve").isApproved ? "done" : "rejected"
        } test: { bench, handle, gate in
            try await handle.pause(by: "ana")
            try await bench.settle()
            try await handle.resume(by: "ana")
            try await bench.settle()
            gate.reach()
            try await bench.reached(.checkpointOpened, of: handle.id)
            try await bench.engine.decide(.approve, "approve", of: handle.id, by: .person("ana"))
            #expect(try await handle.result() == "done")
            #expect(try await !bench.kinds(of: handle.id).contains(.jobAttemptFailed))
        }
    }

    @Test func `a wait that a pause cut short gives the job back, though the pause was taken back`()
        async throws
    {
        let (gate, isCut) = (Milestone(), Milestone())
        try await TestEngine.runChores { _, context in
            async let answer = isCut.reachedByFailure { try await context.checkpoint("approve") }
            try await gate.wait()
            return try await answer.choice.rawValue
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            // A pause that is taken back before the branch waits cuts nothing.
            repeat { try await bench.pauseBriefly(handle.id) } while !isCut.isReached
            gate.reach()
            try await bench.reached(.leaseReleased, of: handle.id)
            try await handle.decide(.approve, "approve", by: "ana")
            #expect(try await handle.result() == "approve")
            #expect(try await !bench.kinds(of: handle.id).contains(.jobAttemptFailed))
        }
    }

    @Test func `a held step that a pause cut short gives the job back, though the pause was taken back`()
        async throws
    {
        let (gate, isCut) = (Milestone(), Milestone())
        try await TestEngine.runChores(configure: { $0.matchesStepsStrictly = true }) { _, context in
            guard context.attempt > 1 else {
                try await context.step("old") {}
                throw Mishap()
            }
            async let held: Void = isCut.reachedByFailure { try await context.step("new") {} }
            try await gate.wait()
            try await context.step("old") {}
            try await held
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            // A pause that is taken back before the branch waits cuts nothing.
            repeat { try await bench.pauseBriefly(handle.id) } while !isCut.isReached
            gate.reach()
            #expect(try await handle.result() == "done")
            let kinds = try await bench.kinds(of: handle.id)
            #expect(kinds.count { $0 == .jobAttemptFailed } == 1)
            #expect(kinds.contains(.leaseReleased))
        }
    }

    @Test func `a step that does not end in time is cut, and what it writes is refused`() async throws {
        let (isWaiting, gate, isOver) = (Milestone(), Milestone(), Milestone())
        let errors = Trace<String>()
        try await TestEngine.runChores { _, context in
            defer { isOver.reach() }
            isWaiting.reach()
            await gate.waitStubbornly()
            do { try await context.step("late") {} } catch { errors.add("\(type(of: error))") }
            return "late"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            // Before the lease runs out, which stops the job as well.
            let command = SteerCommand.pause(reason: nil, within: .seconds(20))
            try await bench.engine.steer(command, handle.id, by: .person("ana"))
            let due = ManualClock.start + .seconds(20)
            try await bench.clock.timer(at: due)
            bench.clock.advance(to: .init(due))
            try await bench.reached(.leaseReleased, of: handle.id)
            #expect(try await handle.state().phase.name == .paused)
            gate.reach()
            try await isOver.wait()
            #expect(errors.elements == ["CancellationError"])
            #expect(try await bench.kinds(of: handle.id).last == .leaseReleased)
        }
    }

    @Test func `a handler that does not stop is cancelled at its deadline, and its writes are refused`()
        async throws
    {
        let (isWaiting, gate, isOver) = (Milestone(), Milestone(), Milestone())
        let errors = Trace<String>()
        try await TestEngine.runChores { _, context in
            defer { isOver.reach() }
            isWaiting.reach()
            await gate.waitStubbornly()
            do { try await context.emit("late", 1) } catch { errors.add("\(type(of: error))") }
            return "late"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            let command = SteerCommand.cancel(reason: "enough", within: .seconds(5))
            try await bench.engine.steer(command, handle.id, by: .person("ana"))
            let due = ManualClock.start + .seconds(5)
            try await bench.clock.timer(at: due)
            bench.clock.advance(to: .init(due))
            try await bench.reached(.jobCancelled, of: handle.id)
            gate.reach()
            try await isOver.wait()
            #expect(errors.elements == ["CancellationError"])
            #expect(
                try await bench.kinds(of: handle.id)
                    == [.jobEnqueued, .jobStarted, .jobCancelRequested, .jobCancelled])
        }
    }

    @Test func `a paused job keeps the decision that comes meanwhile`() async throws {
        try await TestEngine.runChores { _, context in
            try await context.checkpoint("gate").choice.rawValue
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.checkpointOpened, of: handle.id)
            try await bench.park(handle.id)
            try await handle.pause(by: "ana")
            try await handle.decide(.approve, "gate", by: "bo")
            #expect(try await handle.state().phase.name == .paused)
            try await handle.resume(by: "ana")
            #expect(try await handle.result() == "approve")
        }
    }

    @Test func `a handler may pause its own job`() async throws {
        let runs = Trace<Int>()
        try await TestEngine.runChores { _, context in
            runs.add(1)
            if runs.elements.count == 1 { throw JobOutcome.pause("needs a look") }
            return "looked at"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.leaseReleased, of: handle.id)
            #expect(try await handle.state().phase.name == .paused)
            try await handle.resume(by: "ana")
            #expect(try await handle.result() == "looked at")
            #expect(try await handle.state().attempt == 1)
        }
    }

    @Test func `a fork reuses what was recorded before its step, and both histories say so`() async throws {
        let trace = Trace<String>()
        try await TestEngine.runChores { chore, context in
            let parts = ["read", "render", "send"]
            var text = ""
            for part in parts {
                text += try await context.step(StepName(unchecked: part)) {
                    trace.add("\(chore.name) \(part)")
                    return "\(part) "
                }
            }
            return text
        } test: { bench in
            let first = try await bench.engine.enqueue(Chore(name: "a"))
            _ = try await first.result()
            let plan = try await bench.engine.forkPlan(of: first.id, at: StepKey("render"))
            #expect(plan.reused == [StepKey("read")])
            #expect(plan.again == [StepKey("render"), StepKey("send")])
            let fork = try await bench.engine.fork(
                first.id, at: StepKey("render"), input: JSONText(unchecked: #"{"name":"b"}"#),
                by: .person("ana")
            ).state
            #expect(try await bench.engine.handle(fork.id, as: Chore.self).result() == "read render send ")
            #expect(trace.elements == ["a read", "a render", "a send", "b render", "b send"])
            #expect(fork.origin.fork == ForkLink(job: first.id, step: StepKey("render")))
            let last = try await bench.history(of: first.id).last
            #expect(last?.event == .job(.forked(JobForked(job: fork.id, step: StepKey("render")))))
            await #expect(throws: JobRejection.unknownStep(StepKey("fold"))) {
                try await bench.engine.forkPlan(of: first.id, at: StepKey("fold"))
            }
        }
    }

    @Test func `priority and due time can be changed while a job waits for a worker`() async throws {
        try await TestEngine.idle { engine in
            let handle = try await engine.enqueue(Chore())
            try await engine.steer(.reprioritise(.high, reason: nil), handle.id, by: .person("ana"))
            try await engine.steer(.reprioritise(.high, reason: nil), handle.id, by: .person("ana"))
            let due = ManualClock.start + .seconds(60)
            let state = try await engine.steer(
                .reschedule(due, reason: "later"), handle.id, by: .person("ana"))
            #expect(state.priority == .high)
            #expect(state.phase == .scheduled(until: due))
            #expect(
                try await engine.kinds(of: handle.id) == [.jobEnqueued, .jobReprioritised, .jobRescheduled])
        }
    }
}

extension Milestone {
    /// Does something, and is reached when that fails.
    fileprivate func reachedByFailure<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch {
            reach()
            throw error
        }
    }
}
