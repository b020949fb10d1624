import HoldfastCore
import HoldfastStore
import Logging

/// One run of a job under one lease: starts the handler and records how it ended.
struct JobRun: Sendable {
    private let runner: JobRunner
    private let context: JobContext
    private let handler: RegisteredHandler
    private let input: Payload
    private let queue: QueueName

    init(
        _ runner: JobRunner, _ context: JobContext, handler: RegisteredHandler, input: Payload,
        queue: QueueName
    ) {
        self.runner = runner
        self.context = context
        self.handler = handler
        self.input = input
        self.queue = queue
    }

    /// Starts the handler in a task of its own.
    ///
    /// The task is not a child of the engine's: a handler that ignores cancellation must not keep the engine
    /// from stopping. What it still does under a lease that was released is refused by its token.
    ///
    /// - Returns: False when the engine stops and takes no more runs.
    func start() -> Bool {
        let token = context.token
        let job = RunningJob(context: context, queue: queue, kind: handler.kind, task: nil)
        guard runner.running.insert(job) else { return false }
        let task = Task(executorPreference: runner.engine.configuration.executor) {
            await run()
            runner.running.remove(token)
            runner.poke.yield()
        }
        runner.running.attach(task, to: token)
        // The engine may have given the job back before there was a task to cancel.
        if context.isRetired { task.cancel() }
        return true
    }

    private func run() async {
        let outcome: Result<JSONText, any Error>
        do {
            let value = try await runner.engine.waitingForStore(.read) {
                try await runner.engine.log.value(of: input, isEncrypted: context.origin.isEncrypted)
            }
            outcome = .success(try await context.running { try await handler.run(value, context) })
        } catch {
            outcome = .failure(error)
        }
        guard !context.isRetired else { return }
        let isCancelled = Task.isCancelled
        do {
            // What a handler returned is recorded even when its task was cancelled meanwhile.
            let executor = runner.engine.configuration.executor
            try await Task(executorPreference: executor) {
                try await finish(outcome, isCancelled: isCancelled)
            }.value
        } catch is CancellationError {
            // The lease was lost: whoever has it now goes on.
        } catch {
            runner.logger.error(
                "The end of a run could not be recorded; its lease will run out",
                metadata: ["job": "\(context.job)", "error": "\(error)"])
        }
    }

    private func finish(_ outcome: Result<JSONText, any Error>, isCancelled: Bool) async throws {
        if let reason = context.interruption {
            return try await context.recordEnd([.release(reason: reason)])
        }
        // Said even where the handler made light of the error.
        if let mismatch = context.matching?.mismatch { return try await fail(mismatch) }
        switch outcome {
        // A handler that was refused a durable call did not do its work, whatever it returns; except in a branch
        // that it cancelled itself.
        case .success where isCancelled && context.wasCancelled:
            try await context.recordEnd([try command(for: CancellationError())])
        case .success(let output): try await complete(output)
        case .failure(let error): try await context.recordEnd([try command(for: error)])
        }
    }

    private func complete(_ output: JSONText) async throws {
        let prepared: PreparedPayload
        do {
            prepared = try await context.payload(output)
        } catch {
            return try await context.recordEnd([.failAttempt(JobFailure(error), .discard)])
        }
        var commands: [WorkCommand] = []
        if context.mayHaveUnusedSteps {
            let unused = try await unusedSteps()
            if context.matching != nil, !unused.isEmpty {
                return try await fail(StepMismatch.removed(unused))
            }
            if !unused.isEmpty { commands.append(.reportUnused(unused)) }
        }
        commands.append(.complete(output: prepared.payload))
        try await context.recordEnd(commands, keeping: prepared)
    }

    /// Ends the job: the same code would not match on another attempt either.
    private func fail(_ mismatch: StepMismatch) async throws {
        try await context.recordEnd([.failAttempt(JobFailure(mismatch), .discard)])
    }

    /// What the error that a handler threw means for the job.
    private func command(for error: any Error) throws -> WorkCommand {
        switch error {
        case JobOutcome.cancel(let reason): return .cancel(reason: reason)
        case JobOutcome.discard(let reason):
            return .failAttempt(failure(JobFailure(type: "JobOutcome.discard", message: reason)), .discard)
        case JobOutcome.pause(let reason): return .pause(reason: reason)
        case JobOutcome.snooze(let wait, let reason):
            return .snooze(until: runner.engine.environment.now() + wait, reason: reason)
        default: break
        }
        if let error = error as? StoreError { return try command(for: error) }
        return .failAttempt(failure(JobFailure(error)), verdict(on: error))
    }

    /// Asks the handler, then the error itself, then leaves it to the policy.
    private func verdict(on error: any Error) -> RetryVerdict {
        let decision = error is CancellationError ? nil : handler.retryDecision(error, context.attemptOfLife)
        switch decision ?? (error as? any RetryAdvising)?.retryDecision ?? .byPolicy {
        case .discard: return .discard
        case .at(let moment): return .at(moment)
        case .after(let wait): return .at(runner.engine.environment.now() + wait)
        case .byPolicy: return .byPolicy(random: Double(runner.engine.log.random() >> 11) * 0x1p-53)
        }
    }

    /// A store that fails is never a job's failure, except when the job's own value is too large for it.
    ///
    /// - Throws: The error itself when no later run would fare better; the lease runs out then.
    private func command(for error: StoreError) throws -> WorkCommand {
        if error.code == .payloadTooLarge { return .failAttempt(failure(JobFailure(error)), .discard) }
        guard error.isRetryable else { throw error }
        let again = runner.engine.environment.now() + runner.engine.configuration.storeRetryInterval
        return .snooze(until: again, reason: "the store failed: \(error.code.rawValue)")
    }

    private func failure(_ failure: JobFailure) -> JobFailure {
        var failure = failure
        failure.step = context.failedStep
        return failure
    }

    /// The recorded steps that the handler did not ask for: those beyond the occurrences that it reached.
    private func unusedSteps() async throws -> [StepKey] {
        let job = context.job
        let asked = context.occurrences
        return try await runner.engine.fetch { reader in
            var unused: [StepKey] = []
            var after: StepKey?
            while true {
                let page = try reader.steps(of: job, after: after, limit: 1000)
                for record in page where record.isCompleted && !record.key.name.isPayment {
                    guard case .completed = record.status else { continue }
                    if record.key.occurrence > asked[record.key.name] ?? 0 { unused.append(record.key) }
                }
                guard let last = page.last, page.count == 1000 else { return unused }
                after = last.key
            }
        }
    }
}
