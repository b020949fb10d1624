import HoldfastCore
import HoldfastEngine

/// Says in one line who decided what, for people.
struct DecisionText {
    /// How moments are written.
    let text: JobStateText
    /// Where the moments stand.
    let moments = MomentColumn()

    /// The line of a decision: when, who, what, and why.
    func line(_ decision: DecisionRecord) -> StyledLine {
        var line = StyledLine(moments.padded(text.moment(decision.at)), .dim)
        line.append("  ")
        line.append(TerminalText(decision.actor.words).padded(to: 10), .cyan)
        line.append("  ")
        line.append(TerminalText(Self.words(for: decision) + decision.reason.asReason))
        return line
    }

    private static func words(for decision: DecisionRecord) -> String {
        let job = decision.job.map(JobReference.shortText(of:)) ?? ""
        let (subject, detail) = (decision.subject ?? "", decision.detail ?? "")
        switch decision.kind {
        case .jobEnqueued: return "enqueued \(job), \(subject) on \(detail)"
        case .jobPaused: return "paused \(job)"
        case .jobUnpaused: return "resumed \(job)"
        case .jobCancelRequested: return "asked \(job) to stop"
        case .jobCancelled: return "cancelled \(job)"
        case .jobRetried: return "retried \(job)"
        case .jobRescheduled: return "moved \(job) to \(detail)"
        case .jobReprioritised: return "gave \(job) priority \(detail)"
        case .jobForked: return "made \(subject.suffix(12)) of \(job), from \(detail) on"
        case .budgetRaised: return "raised the budget of \(job) to \(detail)"
        case .checkpointDecided: return "\(verb(detail)) \(subject) of \(job)"
        case .checkpointRefused:
            return "\(verb(detail)) \(subject) of \(job) too late, which changed nothing"
        case .checkpointExpired: return "ended \(subject) of \(job) at its deadline: \(detail)"
        case .signalReceived: return "sent \(subject) to \(job)"
        case .queueConfigured: return "set queue \(subject): \(detail)"
        case .queuePaused: return "paused queue \(subject)"
        case .queueResumed: return "resumed queue \(subject)"
        case .scheduleSet: return "set schedule \(subject): \(detail)"
        case .scheduleRemoved: return "removed schedule \(subject)"
        case .schedulePaused: return "paused schedule \(subject)"
        case .scheduleResumed: return "resumed schedule \(subject)"
        case .scheduleFired: return "ran schedule \(subject): job \(job)"
        case .bulkStarted: return "began \(detail) of many jobs (\(subject))"
        default:
            return [decision.kind.rawValue, job, subject, detail].filter { !$0.isEmpty }.joined(
                separator: " ")
        }
    }

    private static func verb(_ choice: String) -> String {
        choice == CheckpointChoice.approve.rawValue ? "approved" : "rejected"
    }
}
