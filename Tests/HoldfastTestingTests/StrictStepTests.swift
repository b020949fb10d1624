import Holdfast
import HoldfastTesting
import Testing

/// A run that asks for other steps than the log holds fails, in the strict mode, and says which.
@Suite("Strict steps", .timeLimit(.minutes(1)))
struct StrictStepTests {
    /// Lets one version of a handler come to its checkpoint, then lets another version go on.
    private func deploy(
        _ old: ScriptHandler, then new: ScriptHandler,
        configure: (inout EngineConfiguration) -> Void = { _ in },
        test: (JobBench, JobID) async throws -> Void
    ) async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        var id: JobID?
        try await JobBench.run(old, over: store, clock: clock, configure: configure) { bench in
            let job = try await bench.enqueue(Script())
            try await bench.advance(by: .seconds(2))
            #expect(try await job.state().phase.name == .waiting)
            id = job.id
        }
        let job = try #require(id)
        try await JobBench.run(new, over: store, clock: clock, configure: configure) { bench in
            try await bench.engine.decide(.approve, "gate", of: job, by: .person("ana"))
            try await bench.runUntilIdle()
            try await test(bench, job)
        }
    }

    private static let old = ScriptHandler { _, context in
        for _ in 1...2 { try await context.step("insert") {} }
        try await context.step("sum") {}
        _ = try await context.checkpoint("gate")
        try await context.step("post") {}
        return "posted"
    }

    private func failure(of job: JobID, _ bench: JobBench) async throws -> JobFailure? {
        guard case .failed(_, let failure, let cause) = try await bench.engine.state(of: job).phase else {
            return nil
        }
        #expect(cause == .discarded)
        return failure
    }

    @Test func `the same steps pass, and new ones behind the recorded ones run`() async throws {
        let new = ScriptHandler { _, context in
            for _ in 1...2 { try await context.step("insert") {} }
            try await context.step("sum") {}
            _ = try await context.checkpoint("gate")
            try await context.step("notify") {}
            return "posted"
        }
        try await deploy(Self.old, then: new) { bench, job in
            let state = try await bench.engine.state(of: job).phase.name
            #expect(state == .completed)
        }
    }

    @Test func `a payment with an id in a recorded step is no step that a handler has to ask for`()
        async throws
    {
        let paying = ScriptHandler { _, context in
            try await context.step("buy") { try await context.charge(3, "usd", id: "invoice-7") }
            _ = try await context.checkpoint("gate")
            try await context.step("post") {}
            return "posted"
        }
        try await deploy(paying, then: paying) { bench, job in
            let state = try await bench.engine.state(of: job)
            #expect(state.phase.name == .completed, "\(state.phase)")
            #expect(try await !bench.exportedHistory(of: job).contains("step.unused"))
        }
    }

    @Test func `a new step before recorded ones fails the run before its body runs`() async throws {
        let new = ScriptHandler { _, context in
            for _ in 1...3 { try await context.step("insert") { try await context.emit("ran", 1) } }
            try await context.step("sum") {}
            _ = try await context.checkpoint("gate")
            return "posted"
        }
        try await deploy(Self.old, then: new) { bench, job in
            let failure = try await failure(of: job, bench)
            #expect(failure?.type == "StepMismatch")
            #expect(
                failure?.message
                    == "the handler asks for step insert#3, which the log does not hold, where step sum#1 was recorded"
            )
            #expect(try await !bench.history(of: job).contains { $0.event.kind == .appEmitted })
        }
    }

    @Test func `a recorded step that is not asked for fails the run at its end`() async throws {
        let new = ScriptHandler { _, context in
            try await context.step("insert") {}
            _ = try await context.checkpoint("gate")
            return "posted"
        }
        try await deploy(Self.old, then: new) { bench, job in
            let failure = try await failure(of: job, bench)
            #expect(
                failure?.message
                    == "the handler ended without asking for step insert#2, sum#1, which the log holds")
        }
    }

    @Test func `an error that the handler makes light of counts all the same`() async throws {
        let new = ScriptHandler { _, context in
            try? await context.step("new") {}
            for _ in 1...2 { try await context.step("insert") {} }
            try await context.step("sum") {}
            _ = try await context.checkpoint("gate")
            return "posted"
        }
        try await deploy(Self.old, then: new) { bench, job in
            let failure = try await failure(of: job, bench)
            #expect(failure?.type == "StepMismatch")
        }
    }

    @Test func `without the strict mode both are let be`() async throws {
        let new = ScriptHandler { _, context in
            try await context.step("new") {}
            try await context.step("insert") {}
            _ = try await context.checkpoint("gate")
            return "posted"
        }
        try await deploy(Self.old, then: new, configure: { $0.matchesStepsStrictly = false }) { bench, job in
            let state = try await bench.engine.state(of: job).phase.name
            #expect(state == .completed)
            let unused = try await bench.history(of: job).filter { $0.event.kind == .stepUnused }
            #expect(unused.count == 2)
        }
    }

    @Test func `branches may come to their steps in any order`() async throws {
        let handler = ScriptHandler { _, context in
            async let left: Void = {
                for _ in 1...3 { try await context.step("left") {} }
            }()
            // This branch waits first: on its second run its step is new while those of the other are recorded.
            async let right: Void = {
                _ = try await context.checkpoint("gate")
                try await context.step("right") {}
            }()
            _ = try await (left, right)
            return "both"
        }
        try await deploy(handler, then: handler) { bench, job in
            let state = try await bench.engine.state(of: job).phase.name
            #expect(state == .completed)
        }
    }

    @Test func `an attempt after a failed one passes`() async throws {
        let handler = ScriptHandler { _, context in
            try await context.step("parse") {}
            try await context.step("post") {
                if context.attempt == 1 { throw Refusal() }
            }
            return "posted"
        }
        try await JobBench.run(handler) { bench in
            let job = try await bench.enqueue(Script())
            #expect(try await bench.runToEnd(of: job.id).phase.name == .completed)
        }
    }
}
