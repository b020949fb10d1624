import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Leases", .timeLimit(.minutes(1)))
struct LeaseTests {
    @Test func `a lease is kept while its handler runs`() async throws {
        let (isWaiting, gate) = (Milestone(), Milestone())
        try await TestEngine.runChores { chore, _ in
            isWaiting.reach()
            try await gate.wait()
            return chore.name
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            for _ in 1...9 {
                let renewal = bench.clock.timestamp + .seconds(10)
                try await bench.clock.timer(at: renewal)
                bench.clock.advance(to: .init(renewal))
                // The renewal is over when the keeper waits for the next one.
                try await bench.clock.timer(at: renewal + .seconds(10))
            }
            gate.reach()
            _ = try await handle.result()
            #expect(try await bench.kinds(of: handle.id) == [.jobEnqueued, .jobStarted, .jobCompleted])
        }
    }

    @Test func `a lease that ran out is taken by another engine, and its token writes nothing`() async throws
    {
        let store = InMemoryStore()
        let (isWaiting, gate, isOver) = (Milestone(), Milestone(), Milestone())
        let errors = Trace<String>()
        try await TestEngine.runChores(over: store, concurrency: 1) { _, context in
            defer { isOver.reach() }
            isWaiting.reach()
            await gate.waitStubbornly()
            await context.log(.info, "a line of the past")
            context.progress(fraction: 0.5)
            do { try await context.step("stale") {} } catch { errors.add("\(type(of: error))") }
            return "stale"
        } test: { suspended in
            let handle = try await suspended.engine.enqueue(Chore())
            try await isWaiting.wait()
            // The first engine's clock stands still: nothing is renewed.
            let later = ManualClock(at: ManualClock.start + .seconds(30))
            try await TestEngine.runChores(over: store, clock: later) { _, context in
                "finished in attempt \(context.attempt)"
            } test: { other in
                let result = try await other.engine.handle(handle.id, as: Chore.self).result()
                #expect(result == "finished in attempt 1")
            }
            gate.reach()
            try await isOver.wait()
            // Whatever the handler gave to the writer is behind us once the engine has closed its log.
            try await suspended.stop()
            #expect(errors.elements == ["CancellationError"])
            let history = try await suspended.history(of: handle.id)
            #expect(
                history.map(\.event.kind)
                    == [.jobEnqueued, .jobStarted, .leaseExpired, .jobStarted, .jobCompleted])
            guard case .job(.leaseExpired(let lost)) = history[2].event else { return }
            #expect(lost.cause == .unrenewed)
            #expect(lost.token == LeaseToken(history[1].position))
            #expect(try await handle.state().crashes == 1)
        }
    }

    @Test func `a handler whose lease was lost is cancelled at the next renewal`() async throws {
        let store = InMemoryStore()
        let (isWaiting, never, isOver) = (Milestone(), Milestone(), Milestone())
        try await TestEngine.runChores(over: store) { _, _ in
            defer { isOver.reach() }
            isWaiting.reach()
            try await never.wait()
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            let later = ManualClock(at: ManualClock.start + .seconds(30))
            try await TestEngine.idle(over: store, clock: later) { other in
                // Both at once, so that the engine has no time to claim the job again.
                try await other.log.write { transaction in
                    for lease in try transaction.lostLeases(deadEngine: nil) {
                        let command = JobCommand.expireLease(lease.token, .unrenewed, crashLimit: 1)
                        try transaction.execute(command, on: lease.job, by: .person("ana"))
                    }
                }
            }
            try await bench.clock.timer(at: ManualClock.start + .seconds(10))
            bench.clock.advance(by: .seconds(10))
            try await isOver.wait()
            try await bench.stop()
            #expect(
                try await bench.kinds(of: handle.id)
                    == [.jobEnqueued, .jobStarted, .leaseExpired, .jobPaused])
        }
    }

    @Test func `the jobs of an engine whose process died are taken over within a second`() async throws {
        let store = InMemoryStore()
        try await TestEngine.runStuckChore(over: store) { dead, handle in
            let clock = ManualClock()
            try await TestEngine.runChores(over: store, clock: clock) { _, _ in
                "taken over"
            } test: { other in
                try await clock.timer(at: ManualClock.start + .seconds(1))
                store.declareDead(dead.engine.id)
                clock.advance(by: .seconds(1))
                #expect(try await other.engine.handle(handle.id, as: Chore.self).result() == "taken over")
                let history = try await other.history(of: handle.id)
                guard case .job(.leaseExpired(let lost)) = history[2].event else {
                    Issue.record("no lease expired")
                    return
                }
                #expect(lost.cause == .processDied)
                #expect(history[2].actor == .engine(other.engine.id))
            }
        }
    }

    @Test func `five crashes in a row pause a job and say why`() async throws {
        let store = InMemoryStore()
        try await TestEngine.run(over: store) {
            $0.register(ErrandHandler { _, _ in })
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            for crash in 1...5 { try await loseLease(of: handle.id, for: crash, store, bench) }
            try await bench.reached(.jobPaused, of: handle.id)
            guard case .paused(let paused) = try await handle.state().phase else {
                Issue.record("the job is not paused")
                return
            }
            #expect(paused.reason == "5 crashes in a row without a newly recorded step, decision or signal")
            #expect(paused.actor == .engine(bench.engine.id))
            try await bench.engine.steer(.resume(reason: "mended"), handle.id, by: .person("ana"))
            #expect(try await handle.state().crashes == 0)
        }
    }

    @Test func `a newly recorded step begins the count of crashes anew`() async throws {
        let store = InMemoryStore()
        try await TestEngine.run(over: store) {
            $0.register(ErrandHandler { _, _ in })
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            for crash in 1...8 {
                let step = crash == 4 ? StepKey("a little further") : nil
                try await loseLease(of: handle.id, for: crash, recording: step, store, bench)
                #expect(try await handle.state().phase.name == (crash == 8 ? .paused : .queued))
            }
        }
    }

    /// Plays a process that claims the job, perhaps records a step, and dies.
    private func loseLease(
        of job: JobID, for crash: Int, recording step: StepKey? = nil, _ store: InMemoryStore,
        _ bench: TestEngine
    ) async throws {
        let engine = EngineID(unchecked: "engine-\(crash)")
        try store.announce(engine)
        try await bench.engine.log.write { transaction in
            let started = try transaction.execute(
                .start(worker: "ghost", engine: engine), on: job, by: .worker("ghost"))
            guard let step, let position = started.first?.position else { return }
            let command = WorkCommand.completeStep(step, output: .null, duration: 1, recorded: nil)
            try transaction.execute(.work(LeaseToken(position), command), on: job, by: .worker("ghost"))
        }
        store.declareDead(engine)
        let look = bench.clock.timestamp + .seconds(1)
        try await bench.clock.timer(at: look)
        bench.clock.advance(to: .init(look))
        try await bench.reached(.leaseExpired, of: job, count: crash)
    }
}
