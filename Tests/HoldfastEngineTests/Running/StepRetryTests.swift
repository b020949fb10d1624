import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Steps that fail", .timeLimit(.minutes(1)))
struct StepRetryTests {
    private let everyFour = RetryPolicy.constant(maxAttempts: 3, every: .seconds(4))

    @Test func `a step is tried again by its own policy, in the same attempt of the job`() async throws {
        let tries = Trace<Timestamp>()
        let clock = ManualClock()
        try await TestEngine.runChores(clock: clock) { [everyFour] _, context in
            try await context.step("dial", retry: everyFour) {
                tries.add(clock.timestamp)
                if tries.elements.count < 3 { throw Mishap() }
                return "connected"
            }
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            for _ in 1...2 {
                let retryAt = clock.timestamp + .seconds(4)
                try await clock.timer(at: retryAt)
                clock.advance(to: .init(retryAt))
            }
            #expect(try await handle.result() == "connected")
            let start = ManualClock.start
            #expect(tries.elements == [start, start + .seconds(4), start + .seconds(8)])
            #expect(try await handle.state().attempt == 1)
            #expect(
                try await bench.kinds(of: handle.id) == [
                    .jobEnqueued, .jobStarted, .stepStarted, .stepFailed, .stepStarted, .stepFailed,
                    .stepStarted, .stepCompleted, .jobCompleted,
                ])
            let failure = JobFailure(type: "Mishap", message: "the bucket leaks", step: StepKey("dial"))
            let failed = StepFailed(step: StepKey("dial"), failure: failure, retryAt: start + .seconds(4))
            #expect(try await bench.history(of: handle.id)[3].event == .job(.stepFailed(failed)))
        }
    }

    @Test func `the error of a step's last try goes up to the handler and names the step`() async throws {
        try await TestEngine.runChores { _, context in
            try await context.step("dial", retry: .atOnce) { throw Mishap() }
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .some(.none)))
            await #expect(throws: JobEnded.self) { try await handle.result() }
            let failure = JobFailure(type: "Mishap", message: "the bucket leaks", step: StepKey("dial"))
            #expect(
                try await handle.state().phase
                    == .failed(at: ManualClock.start, failure: failure, cause: .attemptsExhausted))
            let kinds = try await bench.kinds(of: handle.id)
            #expect(kinds.count { $0 == .stepFailed } == 3)
            #expect(kinds.suffix(2) == [.stepFailed, .jobFailed])
        }
    }

    @Test(arguments: [true, false])
    func `what is meant for the job is not tried again by the step`(asOutcome: Bool) async throws {
        let tries = Trace<Int>()
        try await TestEngine.runChores { _, context in
            try await context.step("dial", retry: .atOnce) {
                tries.add(1)
                if asOutcome { throw JobOutcome.discard("the number is wrong") }
                throw NotRetryable(Mishap())
            }
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(tries.elements.count == 1)
            guard case .failed(_, let failure, .discarded) = try await handle.state().phase else {
                Issue.record("the job was not discarded")
                return
            }
            #expect(failure.message == (asOutcome ? "the number is wrong" : "the bucket leaks"))
        }
    }

    @Test func `a handler may go on after a step failed`() async throws {
        try await TestEngine.runChores { _, context in
            do {
                try await context.step("first choice") { throw Mishap() }
            } catch is Mishap {
                return try await context.step("second choice") { "good enough" }
            }
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            #expect(try await handle.result() == "good enough")
            #expect(try await handle.state().recordedSteps == 1)
        }
    }

    @Test func `a result above the limit fails the job, says why and loses nothing`() async throws {
        try await TestEngine.runChores(configure: { $0.log.payloadLimit = 60 }) { _, context in
            _ = try await context.step("small") { "fits" }
            await context.log(.info, "now the large one")
            return try await context.step("large") { String(repeating: "x", count: 98) }
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            await #expect(throws: JobEnded.self) { try await handle.result() }
            guard case .failed(_, let failure, .discarded) = try await handle.state().phase else {
                Issue.record("the job was not discarded")
                return
            }
            #expect(failure.type == "StoreError")
            #expect(failure.message.contains("100 bytes of JSON and the limit is 60"))
            #expect(failure.step == StepKey("large"))
            let history = try await bench.history(of: handle.id)
            #expect(history.lines == ["now the large one"])
            #expect(
                history.map(\.event.kind) == [
                    .jobEnqueued, .jobStarted, .stepStarted, .stepCompleted, .logWritten, .stepStarted,
                    .stepFailed, .jobFailed,
                ])
        }
    }

    @Test func `an output above the limit fails the job and keeps its steps`() async throws {
        try await TestEngine.runChores(configure: { $0.log.payloadLimit = 60 }) { _, context in
            _ = try await context.step("small") { "fits" }
            return String(repeating: "x", count: 98)
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(error?.description == "job \(handle.id) failed: StoreError")
            #expect(try await handle.state().recordedSteps == 1)
        }
    }
}
