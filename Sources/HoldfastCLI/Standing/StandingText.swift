import HoldfastCore
import HoldfastEngine

/// Says in sentences why a job is where it is, for people.
struct StandingText {
    /// How moments are written.
    let text: JobStateText
    /// The job and where it stands.
    let standing: JobStanding

    /// The sentence that everything begins with.
    var title: String {
        "Job \(standing.job) (\(standing.kind), queue \(standing.queue)) is \(standing.state.rawValue)."
    }

    /// What a reason means.
    func sentence(_ reason: StandingReason) -> String {
        switch reason.code {
        case .completed, .failed, .cancelled, .redacted: ending(reason)
        case .paused, .crashed, .budgetExhausted: pause(reason)
        case .due, .delayed, .debounced, .snoozed, .rescheduled, .awaitsRetry: due(reason)
        case .checkpoint, .signal, .timer, .child, .children: wait(reason)
        case .running, .cancelling, .pausing, .leaseLost, .step, .stepAwaitsRetry: run(reason)
        case .queuePaused, .unknownKind, .noWorker, .unserved, .queueFull, .keyFull, .rateLimited, .behind,
            .ready:
            lane(reason)
        }
    }

    private func ending(_ reason: StandingReason) -> String {
        switch reason.code {
        case .completed: return "It completed\(at(reason.since)): nothing is left to run."
        case .failed:
            let why =
                reason.cause == .discarded
                ? "No further attempt was to be made." : "No attempt is left."
            return
                "It failed\(at(reason.since)) in attempt \(place(reason)): \(words(reason.failure)). \(why)"
        case .redacted: return "Its values were redacted: it stays as it is, and nothing can be made of it."
        default:
            return "It was cancelled by \(words(reason.actor))\(at(reason.since))\(reason.reason.asReason)."
        }
    }

    private func pause(_ reason: StandingReason) -> String {
        switch reason.code {
        case .crashed:
            "It is paused\(since(reason)), because its workers died \(reason.count ?? 0) times in a row"
                + " without a newly recorded step."
        case .budgetExhausted:
            "It has spent \(reason.spent ?? .zero) of \(words(reason.budget)), and is paused\(since(reason))."
        default: "It is paused by \(words(reason.actor))\(since(reason))\(reason.reason.asReason)."
        }
    }

    private func due(_ reason: StandingReason) -> String {
        let until = reason.until.map { "at \(text.moment($0)) (\(distance(to: $0)))" } ?? "later"
        switch reason.code {
        case .due: return "It is due\(since(reason)), and no engine has looked at it."
        case .delayed:
            return "\(words(reason.actor).capitalizedFirst) enqueued it to be due \(until)."
        case .debounced: return "It gathers repeats of its request, and is due \(until) if none comes before."
        case .snoozed: return "Its handler put it off: it is due \(until)\(reason.reason.asReason)."
        case .rescheduled:
            return
                "\(words(reason.actor).capitalizedFirst) moved it: it is due \(until)\(reason.reason.asReason)."
        default:
            return "Attempt \(place(reason)) failed\(at(reason.since)): \(words(reason.failure)). "
                + "The next one is due \(until)."
        }
    }

    private func wait(_ reason: StandingReason) -> String {
        let name = reason.wait.map(WaitText.place) ?? ""
        switch reason.code {
        case .checkpoint:
            let end = reason.until.map { until in
                " If nobody decides until \(text.moment(until)) (\(distance(to: until))), \(fate(reason))."
            }
            return "It waits for a decision on \(name)\(since(reason)).\(end ?? "")"
        case .signal:
            let end = reason.until.map { ", until \(text.moment($0)) (\(distance(to: $0))) at the latest" }
            return "It waits for the signal \(name)\(since(reason))\(end ?? "")."
        case .timer:
            let end = reason.until.map { " until \(text.moment($0)) (\(distance(to: $0)))" }
            return "It sleeps (\(name))\(end ?? "")."
        case .child:
            return "It waits for its child \(name)\(since(reason)): \(list(reason.jobs))."
        default:
            let count = reason.count ?? reason.jobs.count
            let more = count > reason.jobs.count ? " and others" : ""
            return "It waits\(since(reason)) for \(HumanUnits.count(Int64(count))) children named "
                + "\(reason.group?.rawValue ?? ""): \(list(reason.jobs))\(more)."
        }
    }

    private func fate(_ reason: StandingReason) -> String {
        switch reason.onDeadline {
        case .approve: "it counts as approved"
        case .reject: "it counts as rejected"
        case .fail: "the job fails"
        case nil: "the deadline ends the wait"
        }
    }

    // MARK: - Words

    func since(_ reason: StandingReason) -> String {
        reason.since.map { " since \(text.moment($0))" } ?? ""
    }

    func at(_ moment: Timestamp?) -> String { moment.map { " at \(text.moment($0))" } ?? "" }

    /// How far off a moment is, such as `in 2 h 05 min`.
    func distance(to moment: Timestamp) -> String {
        moment <= text.now ? "now" : "in \(text.length(from: text.now, to: moment))"
    }

    func words(_ actor: EventActor?) -> String { actor?.words ?? "somebody" }

    func words(_ failure: JobFailure?) -> String { failure?.words.trimmed(of: ".") ?? "unknown" }

    private func words(_ budget: JobBudget?) -> String {
        budget.map { "\($0.limit) \($0.unit)" } ?? "its budget"
    }

    /// The attempt and how many there are, such as `2 of 5`.
    func place(_ reason: StandingReason) -> String {
        "\(reason.attempt ?? 1)" + (reason.attempts.map { " of \($0)" } ?? "")
    }

    func list(_ jobs: [StandingJob]) -> String {
        jobs.map { job in
            job.state == .running && standing.state == .queued
                ? "\(job.id)" : "\(job.id), which is \(job.state.rawValue)"
        }.joined(separator: "; ")
    }
}

extension String {
    /// The text with a capital letter at its beginning.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
