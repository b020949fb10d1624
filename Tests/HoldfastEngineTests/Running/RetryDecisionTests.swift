import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@Suite("What a handler says about its errors", .timeLimit(.minutes(1)))
struct RetryDecisionTests {
    private static let policy = RetryPolicy.constant(maxAttempts: 3, every: .seconds(60))

    private func run(
        _ decide: @escaping @Sendable (any Error, Int) -> RetryDecision?, failure: any Error = Mishap(),
        test: (TestEngine, JobHandle<Chore>) async throws -> Void
    ) async throws {
        try await TestEngine.run(register: {
            $0.register(DecidingHandler(failure: failure, decide: decide))
        }) { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: Self.policy))
            try await test(bench, handle)
        }
    }

    private func retryAt(_ event: RecordedEvent) -> Timestamp? {
        guard case .job(.attemptFailed(let failed)) = event.event else { return nil }
        return failed.retryAt
    }

    @Test(arguments: [
        (RetryDecision.after(.seconds(7)), 7), (.at(ManualClock.start + .seconds(9)), 9), (.byPolicy, 60),
    ])
    func `the next attempt is when the handler says`(decision: RetryDecision, wait: Int) async throws {
        try await run({ _, _ in decision }) { bench, handle in
            let failed = try await bench.reached(.jobAttemptFailed, of: handle.id)
            #expect(retryAt(failed) == ManualClock.start + .seconds(wait))
        }
    }

    @Test func `a handler that says nothing leaves it to the policy`() async throws {
        try await run({ _, _ in nil }) { bench, handle in
            let failed = try await bench.reached(.jobAttemptFailed, of: handle.id)
            #expect(retryAt(failed) == ManualClock.start + .seconds(60))
        }
    }

    @Test func `a handler may end the job with its error`() async throws {
        try await run({ error, _ in error is Mishap ? .discard : nil }) { _, handle in
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            let failure = JobFailure(type: "Mishap", message: "the bucket leaks")
            #expect(error?.phase == .failed(at: ManualClock.start, failure: failure, cause: .discarded))
        }
    }

    @Test func `the policy's number of attempts stands above the handler's word, which hears the count`()
        async throws
    {
        let heard = Trace<Int>()
        try await run({ _, failures in
            heard.add(failures)
            return .after(.zero)
        }) { bench, handle in
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            guard case .failed(_, _, .attemptsExhausted) = error?.phase else {
                Issue.record("the attempts are not used up")
                return
            }
            #expect(heard.elements == [1, 2, 3])
            try await bench.engine.steer(.retry(reason: nil), handle.id, by: .person("ana"))
            try await bench.reached(.jobFailed, of: handle.id, count: 2)
            #expect(heard.elements == [1, 2, 3, 1, 2, 3])
        }
    }

    @Test func `a permanent error is not retried, unless the handler says so`() async throws {
        try await run({ _, _ in nil }, failure: RefusedCard()) { _, handle in
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            let failure = JobFailure(type: "RefusedCard", message: "RefusedCard()")
            #expect(error?.phase == .failed(at: ManualClock.start, failure: failure, cause: .discarded))
        }
        try await run({ _, _ in .byPolicy }, failure: RefusedCard()) { bench, handle in
            let failed = try await bench.reached(.jobAttemptFailed, of: handle.id)
            #expect(retryAt(failed) == ManualClock.start + .seconds(60))
        }
    }

    @Test func `a permanent error ends a step's tries and its job`() async throws {
        let tries = Trace<Int>()
        try await TestEngine.runChores { _, context in
            try await context.step("charge", retry: .atOnce) {
                tries.add(1)
                throw RefusedCard()
            }
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(tries.elements.count == 1)
            let failure = JobFailure(type: "RefusedCard", message: "RefusedCard()", step: "charge")
            #expect(
                try await handle.state().phase
                    == .failed(at: ManualClock.start, failure: failure, cause: .discarded))
        }
    }

    @Test(arguments: [
        (RetryDecision.after(.seconds(7)), 7), (.at(ManualClock.start + .seconds(9)), 9), (.byPolicy, 60),
    ])
    func `an error says itself when a step and a job come back, unless the handler does`(
        advice: RetryDecision, wait: Int
    ) async throws {
        let failure = BusyService(retryDecision: advice)
        try await run({ _, _ in nil }, failure: failure) { bench, handle in
            let failed = try await bench.reached(.jobAttemptFailed, of: handle.id)
            #expect(retryAt(failed) == ManualClock.start + .seconds(wait))
        }
        try await run({ _, _ in .after(.seconds(3)) }, failure: failure) { bench, handle in
            let failed = try await bench.reached(.jobAttemptFailed, of: handle.id)
            #expect(retryAt(failed) == ManualClock.start + .seconds(3))
        }
        try await TestEngine.runChores { _, context in
            try await context.step("ask", retry: Self.policy) { throw failure }
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            let failed = try await bench.reached(.stepFailed, of: handle.id)
            guard case .job(.stepFailed(let event)) = failed.event else { return }
            #expect(event.retryAt == ManualClock.start + .seconds(wait))
        }
    }

    @Test func `a job goes through its list of waits`() async throws {
        let clock = ManualClock()
        try await TestEngine.runChores(clock: clock) { _, _ in
            throw Mishap()
        } test: { bench in
            let waits = RetryPolicy.waits([.seconds(1), .seconds(30)])
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: waits))
            for (count, wait) in [(1, 1), (2, 30)] {
                let failed = try await bench.reached(.jobAttemptFailed, of: handle.id, count: count)
                let due = clock.timestamp + .seconds(wait)
                #expect(retryAt(failed) == due)
                try await clock.timer(at: due)
                clock.advance(to: .init(due))
            }
            await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(try await handle.state().attempt == 3)
        }
    }
}

extension StepKey {
    fileprivate static let charge = StepKey("charge")
}

extension JobFailure {
    fileprivate init(type: String, message: String, step: String) {
        self.init(type: type, message: message, step: StepKey(StepName(unchecked: step)))
    }
}

/// An error that another attempt cannot mend.
private struct RefusedCard: PermanentError {}

/// An error that knows when it may be over.
private struct BusyService: RetryAdvising {
    let retryDecision: RetryDecision
}

/// Always fails, and says what is to become of it.
private struct DecidingHandler: JobHandler {
    let failure: any Error
    let decide: @Sendable (any Error, Int) -> RetryDecision?

    func run(_ job: Chore, _ context: JobContext) async throws -> String { throw failure }

    func retryDecision(after error: any Error, failures: Int) -> RetryDecision? { decide(error, failures) }
}
