import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Stopping", .timeLimit(.minutes(1)))
struct DrainTests {
    /// Waits until the engine waits for its running steps.
    private func drains(_ bench: TestEngine) async throws {
        try await bench.clock.timer(at: bench.clock.timestamp + bench.engine.configuration.drainTimeout)
    }

    @Test func `a step that runs may end, the next one may not begin, and no attempt is burnt`() async throws
    {
        let (isWaiting, gate) = (Milestone(), Milestone())
        let errors = Trace<String>()
        try await TestEngine.runChores { _, context in
            try await context.step("long") {
                isWaiting.reach()
                try await gate.wait()
            }
            do { try await context.step("next") {} } catch {
                errors.add("\(type(of: error))")
                throw error
            }
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            async let stopped: Void = bench.stop()
            try await drains(bench)
            #expect(bench.engine.health == .draining)
            gate.reach()
            try await stopped
            #expect(errors.elements == ["CancellationError"])
            #expect(
                try await bench.kinds(of: handle.id)
                    == [.jobEnqueued, .jobStarted, .stepStarted, .stepCompleted, .leaseReleased])
            let state = try await handle.state()
            #expect(state.phase == .queued(since: ManualClock.start))
            #expect(state.attempt == 1)
            #expect(state.crashes == 0)
            #expect(try await bench.engine.log.read { try $0.leases() }.isEmpty)
        }
    }

    @Test func `a handler that ignores cancellation does not hold the engine`() async throws {
        let (isWaiting, gate, isOver) = (Milestone(), Milestone(), Milestone())
        let errors = Trace<String>()
        try await TestEngine.runChores { _, context in
            defer { isOver.reach() }
            context.progress(1, of: 9)
            context.progress(2, of: 9)
            isWaiting.reach()
            await gate.waitStubbornly()
            await context.log(.info, "too late")
            do { try await context.step("late") {} } catch { errors.add("\(type(of: error))") }
            return "much too late"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            async let stopped: Void = bench.stop()
            try await drains(bench)
            bench.clock.advance(by: bench.engine.configuration.drainTimeout)
            try await stopped
            let history = try await bench.history(of: handle.id)
            #expect(
                history.map(\.event.kind)
                    == [.jobEnqueued, .jobStarted, .progressUpdated, .progressUpdated, .leaseReleased])
            gate.reach()
            try await isOver.wait()
            await bench.engine.close()
            #expect(errors.elements == ["CancellationError"])
        }
    }

    @Test func `what a cut off handler still says is not recorded`() async throws {
        let store = InMemoryStore()
        let (isWaiting, gate, isOver) = (Milestone(), Milestone(), Milestone())
        try await TestEngine.runChores(over: store) { _, context in
            defer { isOver.reach() }
            isWaiting.reach()
            await gate.waitStubbornly()
            await context.log(.info, "too late")
            try? await context.emit("too.late", 1)
            return "much too late"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            async let stopped: Void = bench.stop()
            try await drains(bench)
            bench.clock.advance(by: bench.engine.configuration.drainTimeout)
            try await stopped
            gate.reach()
            try await isOver.wait()
            try await TestEngine.runChores(over: store, clock: bench.clock) { _, _ in
                "in time"
            } test: { next in
                let result = try await next.engine.handle(handle.id, as: Chore.self).result()
                #expect(result == "in time")
            }
            #expect(
                try await bench.kinds(of: handle.id)
                    == [.jobEnqueued, .jobStarted, .leaseReleased, .jobStarted, .jobCompleted])
        }
    }

    @Test func `a step that waits for its next try is cut off with its engine`() async throws {
        let isWaiting = Milestone()
        try await TestEngine.runChores { _, context in
            try await context.step("dial", retry: .constant(maxAttempts: 9, every: .seconds(60))) {
                isWaiting.reach()
                throw Mishap()
            }
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.clock.timer(at: ManualClock.start + .seconds(60))
            async let stopped: Void = bench.stop()
            try await drains(bench)
            bench.clock.advance(by: bench.engine.configuration.drainTimeout)
            try await stopped
            #expect(try await bench.kinds(of: handle.id).last == .leaseReleased)
        }
    }

    @Test func `an engine whose task is cancelled drains as well`() async throws {
        let (isWaiting, gate) = (Milestone(), Milestone())
        try await TestEngine.runChores { _, context in
            try await context.step("long") {
                isWaiting.reach()
                try await gate.wait()
            }
            return try await context.step("next") { "never" }
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            async let stopped: Void = bench.cancel()
            try await drains(bench)
            gate.reach()
            await stopped
            #expect(
                try await bench.kinds(of: handle.id)
                    == [.jobEnqueued, .jobStarted, .stepStarted, .stepCompleted, .leaseReleased])
        }
    }

    @Test func `a job that is claimed while the engine stops is given back`() async throws {
        let store = HeldStore()
        try await TestEngine.runChores(over: store) { chore, context in
            try await context.step("work") {}
            return chore.name
        } test: { bench in
            try await bench.settle()
            store.hold(before: .jobStarted)
            let handle = try await bench.engine.enqueue(Chore())
            try await store.isHeld.wait()
            async let stopped: Void = bench.stop()
            while bench.engine.health != .draining { await Task.yield() }
            store.open()
            try await stopped
            #expect(try await bench.kinds(of: handle.id).last == .leaseReleased)
            #expect(try await handle.state().phase.name == .queued)
        }
    }

    @Test
    func `stopped under load no attempt is burnt and no job fails, and all are finished after the restart`()
        async throws
    {
        let store = InMemoryStore()
        let executed = Trace<String>()
        let chore: @Sendable (Chore, JobContext) async throws -> String = { chore, context in
            for name in ["one", "two", "three"] as [StepName] {
                try await context.step(name) {
                    executed.add("\(chore.name) \(name)")
                    await Task.yield()
                }
            }
            return chore.name
        }
        var handles: [JobID] = []
        try await TestEngine.runChores(over: store, concurrency: 16, chore: chore) { bench in
            handles = try await bench.engine.enqueue(contentsOf: (0..<200).map { Chore(name: "\($0)") }).map(
                \.id)
            try await bench.reached(.stepCompleted, count: 90)
            try await bench.stop()
            let counters = try await bench.engine.log.read { try $0.counters() }
            #expect(counters[.init(queue: .default, phase: .queued), default: 0] > 0, "stopped too late")
            #expect(counters[.init(queue: .default, phase: .running), default: 0] == 0)
            #expect(counters[.init(queue: .default, phase: .failed), default: 0] == 0)
        }
        try await TestEngine.runChores(over: store, concurrency: 16, chore: chore) { bench in
            for id in handles {
                _ = try await bench.engine.handle(id, as: Chore.self).result()
                let state = try await bench.engine.state(of: id)
                #expect(state.attempt == 1)
                #expect(state.crashes == 0)
                #expect(state.recordedSteps == 3)
            }
        }
        // A graceful stop lets running steps end, so that none is executed twice.
        #expect(executed.elements.count == 600)
    }

    @Test func `an engine without running jobs stops at once`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            try await bench.settle()
            try await bench.stop()
            #expect(bench.clock.timestamp == ManualClock.start)
        }
    }
}
