public import HoldfastCore
import HoldfastStore

/// Something that somebody decided, as the log holds it: a line of the audit trail.
public struct DecisionRecord: Hashable, Sendable {
    /// Where the event stands.
    public var position: EventLogPosition
    /// When it was recorded.
    public var at: Timestamp
    /// Who decided.
    public var actor: EventActor
    /// What kind of event it is.
    public var kind: EventKind
    /// The job that it is about; nil for queues, schedules and bulk operations.
    public var job: JobID?
    /// What else it is about: a kind of job, a checkpoint, a signal, a queue, a schedule, a bulk operation.
    public var subject: String?
    /// What was decided, where the kind alone does not say it.
    public var detail: String?
    /// Why, in the words of whoever decided.
    public var reason: String?

    /// The kinds of events that can be decisions.
    public static let kinds: Set<EventKind> = [
        .jobEnqueued, .jobPaused, .jobUnpaused, .jobCancelRequested, .jobCancelled, .jobRetried,
        .jobRescheduled, .jobReprioritised, .jobForked, .checkpointDecided, .checkpointRefused,
        .checkpointExpired, .signalReceived, .budgetRaised, .queueConfigured, .queuePaused, .queueResumed,
        .scheduleSet, .scheduleRemoved, .schedulePaused, .scheduleResumed, .scheduleFired, .bulkStarted,
        .enginePruned, .engineArchived, .engineRedacted, .engineKeyDestroyed, .engineImported,
        .engineRestored, .engineConfigured,
    ]

    /// Puts the values together.
    public init(
        position: EventLogPosition, at: Timestamp, actor: EventActor, kind: EventKind, job: JobID? = nil,
        subject: String? = nil, detail: String? = nil, reason: String? = nil
    ) {
        self.position = position
        self.at = at
        self.actor = actor
        self.kind = kind
        self.job = job
        self.subject = subject
        self.detail = detail
        self.reason = reason
    }

    /// Reads a decision out of an event; nil for an event of another kind.
    ///
    /// - Throws: `EventDecodingError`.
    init?(_ stored: StoredEvent) throws(EventDecodingError) {
        guard let kind = EventKind(rawValue: stored.kind), Self.kinds.contains(kind) else { return nil }
        self.init(
            position: stored.position, at: stored.at, actor: stored.actor, kind: kind, job: stored.job)
        switch try stored.decoded().event {
        case .job(.redacted): detail = "redacted"
        case .job(let event): fill(from: event)
        case .engine(.schedule(let event)): fill(from: event)
        case .engine(let event): fill(from: event)
        }
    }

    private mutating func fill(from event: JobEvent) {
        switch event {
        case .enqueued(let event):
            subject = event.kind.rawValue
            detail = event.queue.rawValue
        case .paused(let event): reason = event.reason
        case .unpaused(let event): reason = event.reason
        case .cancelRequested(let event): reason = event.reason
        case .cancelled(let event): reason = event.reason
        case .retried(let event): reason = event.reason
        case .rescheduled(let event):
            detail = event.until.rfc3339
            reason = event.reason
        case .reprioritised(let event):
            detail = String(event.priority.value)
            reason = event.reason
        case .forked(let event):
            subject = event.job.description
            detail = event.step.description
            reason = event.reason
        case .checkpointDecided(let event):
            subject = Self.place(event.checkpoint)
            detail = event.choice.rawValue
            reason = event.reason
        case .checkpointRefused(let event):
            subject = Self.place(event.checkpoint)
            detail = event.choice.rawValue
            reason = event.reason
        case .checkpointExpired(let event):
            subject = Self.place(event.checkpoint)
            detail = event.action.rawValue
        case .signalReceived(let event):
            subject = Self.place(event.signal)
            detail = event.request?.rawValue
        case .budgetRaised(let event):
            detail = event.limit.description
            reason = event.reason
        default: break
        }
    }

    private mutating func fill(from event: EngineEvent) {
        subject = event.queue?.rawValue
        switch event {
        case .queueConfigured(let event): detail = QueueCodec.encode(event.limits).text
        case .queuePaused(let event): reason = event.reason
        case .queueResumed(let event): reason = event.reason
        case .bulk(.started(let event)):
            subject = event.id.rawValue
            detail = event.command.verb.rawValue
            reason = event.command.reason
        case .pruned(let event):
            detail = "\(event.events) events of \(event.jobs.count) jobs"
            reason = event.reason
        case .archived(let event):
            subject = event.file
            detail =
                event.replaces == nil
                ? "\(event.events) events of \(event.jobs) jobs"
                : "without \(event.redacted.map(\.description).joined(separator: ", "))"
            reason = event.reason
        case .jobImported(let event):
            job = event.job
            detail = "\(event.events) events of log \(event.log)"
        case .logRestored(let event): detail = "log \(event.log) up to \(event.position)"
        case .keyDestroyed(let event):
            subject = event.job.description
            reason = event.reason
        case .redacted(let event):
            subject = event.state.id.description
            detail = event.state.origin.kind.rawValue
            reason = event.reason
        case .configured(let event):
            detail = event.retention.map { policy in
                var writer = JSONWriter()
                writer.policy(policy)
                return writer.finish().text
            }
        case .bulk, .schedule, .workerJoined, .workerLeft, .requestAnswered: break
        }
    }

    private mutating func fill(from event: ScheduleEvent) {
        subject = event.name.rawValue
        switch event {
        case .set(let event):
            let kind = event.definition.job.kind
            switch event.definition.timing {
            case .cron(let expression, let zone): detail = "\(kind) at \(expression) \(zone)"
            case .every(let seconds, _): detail = "\(kind) every \(seconds) s"
            }
        case .removed(let event): reason = event.reason
        case .paused(let event): reason = event.reason
        case .resumed(let event): reason = event.reason
        case .fired(let event):
            job = event.job
            reason = event.reason
        case .queued, .skipped: break
        }
    }

    private static func place(_ wait: WaitKey) -> String { "\(wait.name)#\(wait.occurrence)" }
}

extension BulkAction {
    /// Why, in the words of whoever asked.
    fileprivate var reason: String? {
        switch self {
        case .cancel(let reason, _), .pause(let reason, _), .resume(let reason), .retry(let reason),
            .reprioritise(_, let reason), .reschedule(_, let reason):
            reason
        }
    }
}
