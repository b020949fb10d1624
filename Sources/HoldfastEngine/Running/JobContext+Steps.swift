public import HoldfastCore
import HoldfastStore

extension JobContext {
    /// Runs a piece of work whose result is recorded: once that is durable, the piece is never executed
    /// again.
    ///
    /// A step is found again by its name and by how many steps of that name came before it. One that died
    /// before its
    /// result was recorded may run again (at least once, recorded once), so it should be harmless to repeat.
    ///
    /// - Parameters:
    ///   - name: The step's name. Steps that run at the same time need different names.
    ///   - retry: How often the step itself is tried before its error goes up; nil for once. The tries and the wait
    ///     before the next one go on where they were when the process ends in between.
    ///   - isolation: The actor of the caller, on which `body` runs.
    ///   - body: The work. Its result is stored as JSON.
    /// - Returns: The result, from the log when it is recorded already.
    /// - Throws: What the last try threw; `CancellationError` when the run is over; `StoreError` when the
    ///   result is above
    ///   the limit; `StepMisuse`.
    public func step<Output: Codable & Sendable>(
        _ name: StepName, retry: RetryPolicy? = nil, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Output
    ) async throws -> Output {
        try checkInterruption()
        let step = try begin(name)
        defer { end(step) }
        if let recorded = try await recordedOutput(of: step) { return try JobCoding.decode(recorded) }
        if matching != nil || engine.configuration.observer != nil { try await admit(step) }
        var failures = try await pastFailures(of: step)
        while true {
            notes.add(.startStep(step, recorded: nil))
            let began = engine.environment.now()
            do {
                let output = try await running(step, isolation: isolation, body)
                try await complete(step, began: began, output: try JobCoding.encode(output))
                return output
            } catch {
                failures += 1
                try await handle(error, of: step, failures: failures, policy: retry ?? .none)
            }
        }
    }

    /// Runs a piece of work without a result, recorded once like any other step.
    public func step(
        _ name: StepName, retry: RetryPolicy? = nil, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Void
    ) async throws {
        _ = try await step(name, retry: retry, isolation: isolation) {
            try await body()
            return NoOutput()
        }
    }

    private func recordedOutput(of step: StepKey) async throws -> JSONText? {
        guard mayHaveRecordedSteps else { return nil }
        let job = job
        let stored = try await engine.fetch { reader -> StoredEvent? in
            guard let position = try reader.step(step, of: job)?.result else { return nil }
            let before = EventLogPosition(position.value - 1)
            return try reader.events(EventQuery(job: job, after: before, limit: 1)).events.first
        }
        guard let stored, case .job(.stepCompleted(let event)) = try stored.decoded().event else {
            return nil
        }
        noteReplay()
        return try await engine.waitingForStore(.read) {
            try await self.engine.log.value(of: event.output, isEncrypted: self.origin.isEncrypted)
        }
    }

    /// How often the step threw in this attempt before this run began.
    ///
    /// Returns when the step is due again: the wait that was recorded goes on where a crash or a drain cut it (P9).
    private func pastFailures(of step: StepKey) async throws -> Int {
        guard mayHaveFailedSteps else { return 0 }
        let (job, attempt) = (job, attempt)
        let failures = try await engine.fetch { try StepFailures(of: step, in: attempt, of: job, $0) }
        if let due = failures.retryAt { try await wait(until: due) }
        return failures.count
    }

    private func complete(_ step: StepKey, began: Timestamp, output: JSONText) async throws {
        let payload = try await self.payload(output)
        let duration = max(0, (engine.environment.now() - began).microsecondsRoundedUp)
        try await record(
            .completeStep(step, output: payload.payload, duration: duration, recorded: nil), keeping: payload)
        noteFailure(of: nil)
    }

    /// Records that a step threw; returns when it is to be tried again.
    private func handle(
        _ error: any Error, of step: StepKey, failures: Int, policy: RetryPolicy
    ) async throws {
        if isRetired || error is CancellationError { throw error }
        noteFailure(of: step)
        var failure = JobFailure(error)
        failure.step = step
        let advice = (error as? any RetryAdvising)?.retryDecision ?? .byPolicy
        let isForJob = advice == .discard || error is JobOutcome || error is StoreError
        let isLast = isForJob || failures >= policy.maxAttempts
        guard !isLast else {
            notes.add(.failStep(step, failure, retryAt: nil, recorded: nil))
            throw error
        }
        let now = engine.environment.now()
        let retryAt: Timestamp
        switch advice {
        case .at(let moment): retryAt = moment
        case .after(let wait): retryAt = now + wait
        case .byPolicy, .discard:
            let random = Double(engine.log.random() >> 11) * 0x1p-53
            retryAt = now + policy.delay(afterFailures: failures, random: random)
        }
        try await record(.failStep(step, failure, retryAt: retryAt, recorded: nil))
        try await self.wait(until: retryAt)
    }

    /// Waits for the moment of a step's next try, as it is recorded.
    private func wait(until due: Timestamp) async throws {
        let now = engine.environment.now()
        if due > now { try await engine.environment.sleep(due - now) }
        try checkInterruption()
    }
}

extension JobFailure {
    /// Describes any error by its type and what it says.
    init(_ error: any Error) {
        let cause = (error as? NotRetryable)?.underlying ?? error
        if let recorded = cause as? RecordedStepFailure {
            self = recorded.failure
            return
        }
        self.init(type: "\(Swift.type(of: cause))", message: "\(cause)")
    }
}
