public import HoldfastCore
import HoldfastStore

extension JobEngine {
    /// Says what a fork of a job at a step would reuse, without making it.
    ///
    /// - Throws: `JobRejection.unknownJob`, `.redacted`, `.unknownStep` when the step never began; `StoreError`.
    public func forkPlan(of job: JobID, at step: StepKey) async throws -> ForkPlan {
        var query = EventQuery(job: job, kinds: [.jobEnqueued, .stepStarted, .stepCompleted], limit: 1000)
        var plan = ForkPlan(job: try await state(of: job), step: step)
        guard !plan.job.isRedacted else { throw JobRejection.redacted }
        var begin: EventLogPosition?
        while true {
            let asked = query
            let page = try await log.read { try $0.events(asked) }
            for stored in page.events {
                let recorded = try stored.decoded()
                switch recorded.event {
                case .job(.enqueued(let event)): plan.input = event.input
                case .job(.stepStarted(let event)) where event.step == step:
                    begin = begin ?? recorded.position
                case .job(.stepCompleted(let event)) where begin == nil:
                    plan.reuse(event, at: recorded.position)
                case .job(.stepCompleted(let event)): plan.again.append(event.step)
                default: break
                }
            }
            query.after = page.through
            guard !page.events.isEmpty else { break }
        }
        guard begin != nil else { throw JobRejection.unknownStep(step) }
        return plan
    }

    /// Makes a new job of an existing one: what was recorded before a step began is reused, and the step and all that
    /// came later run again.
    ///
    /// The new job is independent of the old one, which may be in any state and is not changed, except that its
    /// history says what was made of it. Checkpoints, signals and sleeps are waited for again.
    ///
    /// - Parameters:
    ///   - job: The job to begin from.
    ///   - step: The first step that runs again.
    ///   - input: Another input; nil for the same.
    ///   - actor: Who asks for it.
    ///   - reason: Why, in words for people.
    ///   - mark: By what the same request is known when it is sent again, which then gets the same job; nil when each
    ///     counts.
    /// - Returns: The new job, and whether this request made it.
    /// - Throws: As `forkPlan` does, and `JobRejection.requestReused` when the request asked for something else before.
    @discardableResult
    public func fork(
        _ job: JobID, at step: StepKey, input: JSONText? = nil, by actor: EventActor, reason: String? = nil,
        mark: RequestMark? = nil
    ) async throws -> EnqueuedJob {
        let plan = try await forkPlan(of: job, at: step)
        let id = ids.next()
        var event = plan.enqueued
        if event.isEncrypted { try await log.makeKey(of: id) }
        var prepared: PreparedPayload?
        if let input { prepared = try await log.payload(input, encryptedFor: event.isEncrypted ? id : nil) }
        if let prepared { event.input = prepared.payload }
        return try await log.write { [event, prepared] transaction in
            if let known = try transaction.job(answering: mark, kind: event.kind, owner: event.owner) {
                return EnqueuedJob(state: known, isNew: false, replaced: nil)
            }
            prepared?.keep(in: transaction)
            _ = try transaction.enqueue(event, as: id, by: actor)
            for result in plan.results {
                try transaction.execute(.reuseStep(result), on: id, by: actor)
            }
            let forked = JobForked(job: id, step: step, reason: reason)
            try transaction.execute(.noteFork(forked), on: job, by: actor)
            transaction.note(.job(id), to: mark, kind: event.kind, owner: event.owner, by: actor)
            guard let state = try transaction.job(id) else { throw JobRejection.unknownJob }
            return EnqueuedJob(state: state, isNew: true, replaced: nil)
        }
    }
}

/// What a fork of a job would reuse.
public struct ForkPlan: Hashable, Sendable {
    /// The job to begin from, as it is.
    public let job: JobState
    /// The first step that runs again.
    public let step: StepKey
    /// The steps whose results are reused, in the order in which they were recorded.
    public var reused: [StepKey] { results.map(\.step) }
    /// The recorded steps that run again.
    public internal(set) var again: [StepKey] = []
    private(set) var results: [StepCompleted] = []
    var input = Payload.null

    init(job: JobState, step: StepKey) {
        self.job = job
        self.step = step
    }

    mutating func reuse(_ event: StepCompleted, at position: EventLogPosition) {
        var event = event
        event.reusedFrom = event.reusedFrom ?? position
        results.append(event)
    }

    /// How the new job begins.
    var enqueued: JobEnqueued {
        let origin = job.origin
        return JobEnqueued(
            kind: origin.kind, handlerVersion: origin.handlerVersion, queue: origin.queue,
            priority: job.priority,
            input: input, owner: origin.owner, tags: origin.tags, retry: origin.retry,
            budget: job.costs.budget, fork: ForkLink(job: job.id, step: step),
            limitKey: job.origin.limitKey, isEncrypted: job.origin.isEncrypted)
    }
}
