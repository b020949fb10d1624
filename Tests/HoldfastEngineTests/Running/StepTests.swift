import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Steps", .timeLimit(.minutes(1)))
struct StepTests {
    @Test func `a recorded step is not executed again in the next attempt`() async throws {
        let runs = Trace<String>()
        try await TestEngine.runChores { _, context in
            let first = try await context.step("fetch") {
                runs.add("fetch \(context.attempt)")
                return context.attempt
            }
            try await context.step("store") { runs.add("store \(context.attempt)") }
            if context.attempt == 1 { throw Mishap() }
            let second = try await context.step("fetch") {
                runs.add("fetch again \(context.attempt)")
                return context.attempt
            }
            return "\(first) \(second)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            #expect(try await handle.result() == "1 2")
            #expect(runs.elements == ["fetch 1", "store 1", "fetch again 2"])
            #expect(
                try await bench.kinds(of: handle.id) == [
                    .jobEnqueued, .jobStarted, .stepStarted, .stepCompleted, .stepStarted, .stepCompleted,
                    .jobAttemptFailed, .jobStarted, .stepStarted, .stepCompleted, .jobCompleted,
                ])
            let steps = try await bench.engine.log.read { [id = handle.id] in
                try $0.steps(of: id, after: nil, limit: 10)
            }
            #expect(
                steps.map(\.key) == [StepKey("fetch"), StepKey("fetch", occurrence: 2), StepKey("store")])
            #expect(steps.allSatisfy { $0.isCompleted })
        }
    }

    @Test func `a recorded step is not executed again by the engine that goes on`() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        let (runs, isWaiting, gate) = (Trace<String>(), Milestone(), Milestone())
        var job: JobID?
        try await TestEngine.runChores(over: store, clock: clock) { _, context in
            try await context.step("first") { runs.add("first") }
            isWaiting.reach()
            try await gate.wait()
            return try await context.step("second") { "too late" }
        } test: { bench in
            job = try await bench.engine.enqueue(Chore()).id
            try await isWaiting.wait()
            async let stopped: Void = bench.stop()
            try await clock.timer(at: clock.timestamp + bench.engine.configuration.drainTimeout)
            gate.reach()
            try await stopped
        }
        let id = try #require(job)
        try await TestEngine.runChores(over: store, clock: clock) { _, context in
            try await context.step("first") { runs.add("first once more") }
            return try await context.step("second") { "in time" }
        } test: { bench in
            let result = try await bench.engine.handle(id, as: Chore.self).result()
            #expect(result == "in time")
            #expect(runs.elements == ["first"])
            #expect(try await bench.engine.state(of: id).attempt == 1)
            #expect(
                try await bench.kinds(of: id) == [
                    .jobEnqueued, .jobStarted, .stepStarted, .stepCompleted, .leaseReleased, .jobStarted,
                    .stepStarted, .stepCompleted, .jobCompleted,
                ])
        }
    }

    @Test func `a recorded step that is no longer asked for is reported`() async throws {
        try await TestEngine.runChores { _, context in
            let count = context.attempt == 1 ? 3 : 1
            for _ in 1...count { try await context.step("insert") {} }
            if context.attempt == 1 {
                try await context.step("gone") {}
                throw Mishap()
            }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            _ = try await handle.result()
            let unused = try await bench.history(of: handle.id).jobEvents.compactMap { event -> StepKey? in
                guard case .stepUnused(let event) = event else { return nil }
                return event.step
            }
            #expect(
                unused == [
                    StepKey("gone"), StepKey("insert", occurrence: 2), StepKey("insert", occurrence: 3),
                ])
        }
    }

    @Test func `two steps of one name in flight are refused, one after the other are not`() async throws {
        try await TestEngine.runChores { _, context in
            let error = try await context.step("fetch") { () -> String in
                do {
                    return try await context.step("fetch") { "fetched twice at once" }
                } catch let error as StepMisuse {
                    return error.description
                }
            }
            return try await context.step("fetch") { error }
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            #expect(try await handle.result() == StepMisuse.inFlight("fetch").description)
            #expect(try await handle.state().recordedSteps == 2)
        }
    }

    @Test func `steps of different names run side by side`() async throws {
        let (left, right) = (Milestone(), Milestone())
        try await TestEngine.runChores { _, context in
            async let first = context.step("left") {
                left.reach()
                try await right.wait()
                return "left"
            }
            async let second = context.step("right") {
                right.reach()
                try await left.wait()
                return "right"
            }
            return try await first + " " + second
        } test: { bench in
            let result = try await bench.engine.enqueue(Chore()).result()
            #expect(result == "left right")
        }
    }

    @Test func `the result of a step has the length that it took`() async throws {
        let clock = ManualClock()
        try await TestEngine.runChores(clock: clock) { _, context in
            try await context.step("work") { clock.advance(by: .milliseconds(1500)) }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let output = Payload.inline(.emptyObject)
            let completed = StepCompleted(step: StepKey("work"), output: output, duration: 1_500_000)
            #expect(try await bench.history(of: handle.id).jobEvents.contains(.stepCompleted(completed)))
        }
    }

    @Test func `a large result is kept beside the log and answers the next attempt`() async throws {
        let text = String(repeating: "many words ", count: 100)
        try await TestEngine.runChores(configure: { $0.log.inlinePayloadLimit = 100 }) { _, context in
            let words = try await context.step("write") { text }
            if context.attempt == 1 { throw Mishap() }
            return words
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            #expect(try await handle.result() == text)
            let isStored = try await bench.history(of: handle.id).jobEvents.contains { event in
                guard case .stepCompleted(let event) = event, case .stored = event.output else {
                    return false
                }
                return true
            }
            #expect(isStored)
        }
    }
}
