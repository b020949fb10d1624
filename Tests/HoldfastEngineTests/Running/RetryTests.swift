import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@Suite("Attempts", .timeLimit(.minutes(1)))
struct RetryTests {
    private let growing = RetryPolicy.exponential(maxAttempts: 3, initial: .seconds(2), jitter: 0)

    @Test func `an error is retried by the policy until no attempt is left`() async throws {
        let attempts = Trace<Int>()
        let clock = ManualClock()
        try await TestEngine.runChores(clock: clock) { _, context in
            attempts.add(context.attempt)
            throw Mishap()
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: growing))
            let failure = JobFailure(type: "Mishap", message: "the bucket leaks")
            for (count, wait) in [(1, 2), (2, 4)] {
                let failed = try await bench.reached(.jobAttemptFailed, of: handle.id, count: count)
                let retryAt = clock.timestamp + .seconds(wait)
                let event = JobAttemptFailed(failure: failure, retryAt: retryAt)
                #expect(failed.event == .job(.attemptFailed(event)))
                #expect(failed.attempt == count)
                #expect(try await handle.state().phase == .scheduled(until: retryAt))
                #expect(try await handle.state().attempt == count + 1)
                try await clock.timer(at: retryAt)
                clock.advance(to: .init(retryAt))
            }
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(
                error?.phase
                    == .failed(
                        at: ManualClock.start + .seconds(6), failure: failure, cause: .attemptsExhausted))
            #expect(attempts.elements == [1, 2, 3])
            #expect(try await handle.state().lastFailure == failure)
        }
    }

    @Test func `an error that no attempt can mend is not retried`() async throws {
        let attempts = Trace<Int>()
        try await TestEngine.runChores { _, context in
            attempts.add(context.attempt)
            throw NotRetryable(Mishap())
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: growing))
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            let failure = JobFailure(type: "Mishap", message: "the bucket leaks")
            #expect(
                error?.phase == .failed(at: ManualClock.start, failure: failure, cause: .discarded))
            #expect(attempts.elements == [1])
        }
    }

    @Test func `an input of another form fails the job without running its handler`() async throws {
        let attempts = Trace<Int>()
        try await TestEngine.runChores { chore, context in
            attempts.add(context.attempt)
            return chore.name
        } test: { bench in
            let request = EnqueueRequest(kind: Chore.kind, input: JSONText(unchecked: #"{"nom":1}"#))
            let job = try await bench.engine.enqueue(request).state.id
            try await bench.reached(.jobFailed, of: job)
            guard case .failed(_, let failure, .discarded) = try await bench.engine.state(of: job).phase
            else {
                Issue.record("the job was not discarded")
                return
            }
            #expect(failure.type == "DecodingError")
            #expect(attempts.elements.isEmpty)
        }
    }

    @Test func `a handler may end its job as cancelled`() async throws {
        try await TestEngine.runChores { _, _ in
            throw JobOutcome.cancel("refused by ana")
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(
                error?.phase
                    == .cancelled(
                        at: ManualClock.start, by: .worker("worker/default"), reason: "refused by ana"))
        }
    }

    @Test func `a handler may end its job as failed, whatever the policy allows`() async throws {
        try await TestEngine.runChores { _, _ in
            throw JobOutcome.discard("the customer left")
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: growing))
            let error = await #expect(throws: JobEnded.self) { try await handle.result() }
            let failure = JobFailure(type: "JobOutcome.discard", message: "the customer left")
            #expect(error?.phase == .failed(at: ManualClock.start, failure: failure, cause: .discarded))
        }
    }

    @Test func `a handler may give its job back for a while, in the same attempt`() async throws {
        let runs = Trace<Int>()
        try await TestEngine.runChores { _, context in
            runs.add(context.attempt)
            if runs.elements.count == 1 { throw JobOutcome.snooze(for: .seconds(7), reason: "busy") }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            let until = ManualClock.start + .seconds(7)
            let event = try await bench.reached(.jobRescheduled, of: handle.id).event
            #expect(event == .job(.rescheduled(JobRescheduled(until: until, reason: "busy"))))
            try await bench.clock.timer(at: until)
            bench.clock.advance(to: .init(until))
            #expect(try await handle.result() == "done")
            #expect(runs.elements == [1, 1])
        }
    }

    @Test func `a new life goes on with the next attempt and the recorded steps`() async throws {
        let runs = Trace<String>()
        try await TestEngine.runChores { _, context in
            try await context.step("once") { runs.add("step") }
            runs.add("attempt \(context.attempt)")
            return "\(context.attempt)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            #expect(try await handle.result() == "1")
            for life in 2...3 {
                try await bench.engine.steer(.retry(reason: "again"), handle.id, by: .person("ana"))
                try await bench.reached(.jobCompleted, of: handle.id, count: life)
                #expect(try await handle.result() == "\(life)")
            }
            #expect(runs.elements == ["step", "attempt 1", "attempt 2", "attempt 3"])
            #expect(try await handle.state().life == 3)
        }
    }
}
