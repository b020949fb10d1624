import HoldfastCore
import HoldfastStore

/// Says in one line what an event means, for people.
///
/// The text holds what others wrote and goes through `TerminalText` before it is shown.
struct EventSummary {
    /// The longest piece of a value of a user's own that is quoted, in characters; `--json` shows all of it.
    static let longestQuote = 160

    /// How moments are written.
    let time: LocalTime
    /// The moment that tells which day is today.
    let now: Timestamp

    /// The line of an event; for one of a newer program its kind's values as they are stored.
    func text(of event: StoredEvent) -> String {
        do {
            return text(of: try event.decoded())
        } catch {
            return Self.quote(event.data)
        }
    }

    /// The line of an event whose meaning is known.
    func text(of recorded: RecordedEvent) -> String {
        switch recorded.event {
        case .job(let event): text(of: event, recorded)
        case .engine(.workerJoined(let event)):
            "\(event.worker) takes \(Self.list(event.kinds)) from \(Self.list(event.queues))"
        case .engine(.workerLeft(let event)): "\(event.worker): \(event.reason)"
        case .engine(.schedule(let event)): text(of: event, by: recorded.actor.words)
        case .engine(.queueConfigured(let event)):
            "\(event.queue) by \(recorded.actor.words): \(Self.words(for: event.limits))"
        case .engine(.queuePaused(let event)):
            "\(event.queue) by \(recorded.actor.words)\(event.reason.asReason)"
        case .engine(.queueResumed(let event)):
            "\(event.queue) by \(recorded.actor.words)\(event.reason.asReason)"
        case .engine(.requestAnswered(let event)): Self.text(of: event, by: recorded.actor.words)
        case .engine(.pruned(let event)):
            "\(HumanUnits.count(event.events, "event")) of \(HumanUnits.count(event.jobs.count, "job")) by \(recorded.actor.words)\(event.reason.asReason)"
        case .engine(.keyDestroyed(let event)):
            "of \(event.job) by \(recorded.actor.words)\(event.reason.asReason)"
        case .engine(.archived(let event)):
            Self.text(of: event, by: recorded.actor.words)
        case .engine(.redacted(let event)):
            "the values of \(event.state.id) by \(recorded.actor.words)\(event.reason.asReason)"
        case .engine(.configured(let event)):
            event.retention.map { policy in
                "retention every \(RetentionText.text(of: policy.interval)): "
                    + policy.rules.map(RetentionText.text).joined(separator: "; ")
            } ?? "retention ends: no engine that has rules is left"
        case .engine(.bulk(let event)): Self.text(of: event, by: recorded.actor.words)
        case .engine(.jobImported(let event)):
            "job \(event.job) by \(recorded.actor.words): \(event.events) events of log \(event.log)"
        case .engine(.logRestored(let event)):
            "by \(recorded.actor.words): a backup of log \(event.log) that ended at \(event.position)"
        }
    }

    private func text(of event: JobEvent, _ recorded: RecordedEvent) -> String {
        let actor = recorded.actor.words
        switch event {
        case .enqueued(let event): return text(of: event, by: actor)
        case .started(let event): return "attempt \(recorded.attempt ?? 1) by \(event.worker)"
        case .paused(let event): return "by \(actor)\(event.reason.asReason)"
        case .unpaused(let event): return "by \(actor)\(event.reason.asReason)"
        case .cancelRequested(let event): return "by \(actor)\(event.reason.asReason)"
        case .cancelled(let event): return "by \(actor)\(event.reason.asReason)"
        case .attemptFailed(let event):
            return
                "attempt \(recorded.attempt ?? 1): \(event.failure.words); next one at \(moment(event.retryAt))"
        case .rescheduled(let event): return "until \(moment(event.until))\(event.reason.asReason)"
        case .completed(let event): return "output \(Self.quote(event.output))"
        case .failed(let event):
            return
                "attempt \(recorded.attempt ?? 1): \(event.failure.words) (\(Self.words(for: event.cause)))"
        case .retried(let event): return "by \(actor)\(event.reason.asReason)"
        case .leaseReleased(let event): return "\(actor) gave the job back: \(event.reason)"
        case .leaseExpired(let event): return "\(event.worker) is gone: \(Self.words(for: event.cause))"
        case .stepStarted(let event): return "\(event.step)"
        case .stepCompleted(let event):
            return "\(event.step) in \(HumanUnits.duration(microseconds: event.duration)): "
                + Self.quote(event.output)
        case .stepFailed(let event):
            let retry = event.retryAt.map { "; next try at \(moment($0))" } ?? ""
            return "\(event.step): \(event.failure.type): \(event.failure.message)\(retry)"
        case .stepUnused(let event):
            return "\(event.step) was recorded, and today's code no longer asks for it"
        case .progressUpdated(let progress): return ProgressText.line(of: progress)
        case .logWritten(let event):
            return "\(event.level.rawValue): \(event.message)"
                + (event.metadata.map { " \(Self.quote($0))" } ?? "")
        case .appEmitted(let event): return "\(event.name) \(Self.quote(event.payload))"
        case .artifactSaved(let event):
            return "\(event.name), \(event.mediaType), \(HumanUnits.bytes(event.bytes))"
        case .reprioritised(let event):
            return "to \(event.priority.value) by \(actor)\(event.reason.asReason)"
        case .redacted: return "its values were redacted"
        case .forked(let event): return "\(event.job) from \(event.step) by \(actor)\(event.reason.asReason)"
        case .budgetCharged, .budgetWarned, .budgetExceeded, .budgetRaised:
            return budgetText(of: event, by: actor)
        default: return waitText(of: event, by: actor)
        }
    }

    /// What a job costs.
    private func budgetText(of event: JobEvent, by actor: String) -> String {
        switch event {
        case .budgetCharged(let event):
            return
                "\(event.amount) \(event.unit) in \(event.step?.description ?? "the job"), \(event.total) in all"
                + event.note.asReason
        case .budgetWarned(let event): return "\(event.spent) of \(event.limit) \(event.unit) are spent"
        case .budgetExceeded(let event):
            return "\(event.spent) of \(event.limit) \(event.unit) are spent: "
                + (event.policy == .pause ? "the job is paused" : "the job fails")
        case .budgetRaised(let event): return "to \(event.limit) by \(actor)\(event.reason.asReason)"
        default: return ""
        }
    }

    /// What a job waits for, and what came of it.
    private func waitText(of event: JobEvent, by actor: String) -> String {
        switch event {
        case .waiting(let event): return "for " + WaitText.list(event.reasons, hasMore: event.hasMore)
        case .resumed(let event): return "\(event.wait) is over"
        case .checkpointOpened(let event):
            let until = event.deadline.map { ", until \(moment($0))" } ?? ""
            return "\(WaitText.place(event.checkpoint))\(until): \(Self.quote(event.summary))"
        case .checkpointDecided(let event):
            return
                "\(WaitText.place(event.checkpoint)): \(event.choice.rawValue) by \(actor)\(event.reason.asReason)"
        case .checkpointExpired(let event):
            return
                "\(WaitText.place(event.checkpoint)) was due at \(moment(event.deadline)): \(event.action.rawValue)"
        case .checkpointRefused(let event):
            return "\(WaitText.place(event.checkpoint)): \(event.choice.rawValue) by \(actor) came too late"
                + event.reason.asReason
        case .signalReceived(let event):
            return "\(WaitText.place(event.signal)) from \(actor): \(Self.quote(event.payload))"
        case .signalConsumed(let event): return WaitText.place(event.signal)
        case .timerSet(let event): return "\(event.wait) until \(moment(event.due))"
        case .timerFired(let event):
            return (event.wait.map { "\($0), " } ?? "") + "due at \(moment(event.due))"
        case .childSpawned(let event): return "\(WaitText.place(event.child)): \(event.kind) \(event.job)"
        case .childFinished(let event):
            return "\(WaitText.place(event.child)): \(event.job) \(event.state.rawValue)"
        default: return ""
        }
    }

    private func text(of event: JobEnqueued, by actor: String) -> String {
        var parts = ["\(event.kind) on \(event.queue) by \(actor)"]
        if event.priority != .normal { parts.append("priority \(event.priority.value)") }
        if let key = event.key { parts.append("key \(key)") }
        if let owner = event.owner { parts.append("owner \(owner)") }
        if let limitKey = event.limitKey { parts.append("limit key \(limitKey)") }
        if let due = event.notBefore { parts.append("not before \(moment(due))") }
        if !event.tags.isEmpty { parts.append("tags \(Self.list(event.tags))") }
        if let budget = event.budget { parts.append("budget \(budget.limit) \(budget.unit)") }
        parts.append("input \(Self.quote(event.input))")
        return parts.joined(separator: ", ")
    }

    private static func text(of event: BulkEvent, by actor: String) -> String {
        switch event {
        case .started(let event):
            "\(event.command.verb.rawValue) \(words(for: event.filter)) by \(actor): \(event.id)"
        case .progressed(let event): "\(event.id): \(words(for: event.count)) so far"
        case .finished(let event): "\(event.id): \(words(for: event.count))"
        }
    }

    private static func text(of event: EngineArchived, by actor: String) -> String {
        let content = "\(HumanUnits.count(event.events, "event")) of \(HumanUnits.count(event.jobs, "job"))"
        let what =
            event.replaces.map {
                "without \(HumanUnits.count(event.redacted.count, "redacted job")), instead of the segment of \($0): \(content)"
            } ?? content
        return "\(what) by \(actor) into \(event.file)\(event.reason.asReason)"
    }

    private static func text(of event: RequestAnswered, by actor: String) -> String {
        let answer =
            switch event.answer {
            case .job(let id): "job \(id)"
            case .bulk(let id): "bulk operation \(id)"
            }
        return "\(event.scope.id) by \(actor) with \(answer)"
    }

    private static func words(for count: BulkCount) -> String {
        "\(count.matched) met, \(count.changed) changed, \(count.refused) refused"
    }

    private static func words(for filter: JobFilter) -> String {
        var parts: [String] = []
        if let phases = filter.phases {
            parts.append(phases.map(\.rawValue).sorted().joined(separator: " or "))
        }
        parts.append("jobs")
        if let kind = filter.kind { parts.append("of kind \(kind)") }
        if let queue = filter.queue { parts.append("of queue \(queue)") }
        if let tag = filter.tag { parts.append("with tag \(tag)") }
        if let owner = filter.owner { parts.append("of owner \(owner)") }
        return parts.joined(separator: " ")
    }

    func moment(_ moment: Timestamp) -> String {
        time.short(moment.microseconds, now: now.microseconds)
    }
}

extension EventSummary {
    /// The beginning of a value.
    static func quote(_ value: JSONText) -> String {
        let start = value.text.prefix(longestQuote)
        return start.endIndex == value.text.endIndex ? value.text : start + "…"
    }

    /// The beginning of a value, or how large it is when it is kept beside the log.
    static func quote(_ payload: Payload) -> String {
        switch payload {
        case .inline(let value): quote(value)
        case .stored(let reference): "(\(HumanUnits.bytes(reference.bytes)) kept beside the log)"
        }
    }

    /// Why there is no further attempt.
    static func words(for cause: FailureCause) -> String {
        switch cause {
        case .attemptsExhausted: "no attempt is left"
        case .discarded: "another attempt would be of no use"
        }
    }

    /// How a crash was found.
    static func words(for loss: LeaseLoss) -> String {
        switch loss {
        case .unrenewed: "its lease was not renewed"
        case .processDied: "its process died"
        }
    }

    private static func words(for limits: QueueLimits) -> String {
        let words = QueueText.words(for: limits)
        return words.isEmpty ? "no limits" : words
    }

    private static func list(_ names: [some TextIdentifier]) -> String {
        names.isEmpty ? "nothing" : names.map(\.rawValue).joined(separator: ", ")
    }
}
