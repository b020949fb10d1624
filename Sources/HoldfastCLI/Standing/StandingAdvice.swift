import HoldfastCore
import HoldfastEngine

/// What a person can type about a reason.
struct StandingAdvice {
    /// What it does.
    let purpose: String
    /// The command line.
    let command: String

    /// What can be done about a reason, the most likely first; empty where nothing need be done.
    static func list(_ reason: StandingReason, of standing: JobStanding) -> [StandingAdvice] {
        let job = JobReference.shortText(of: standing.job)
        func advice(_ purpose: String, _ command: String) -> StandingAdvice {
            StandingAdvice(purpose: purpose, command: "holdfast \(command)")
        }
        if standing.reasons.contains(where: { $0.code == .redacted }) { return [] }
        switch reason.code {
        case .failed:
            let again = advice("Begin it again, with its recorded steps", "retry \(job)")
            guard let step = reason.step else { return [again] }
            return [
                again, advice("Make a new job from that step on", "fork \(job) --step \(quoted("\(step)"))"),
            ]
        case .cancelled: return [advice("Begin it again", "retry \(job)")]
        case .paused: return [advice("Let it go on", "resume \(job)")]
        case .crashed:
            return [
                advice("See what happened", "history \(job)"), advice("Let it go on", "resume \(job)"),
            ]
        case .budgetExhausted:
            return [advice("Raise the limit and let it go on", "budget \(job) --limit AMOUNT --resume")]
        case .delayed, .debounced, .snoozed, .rescheduled, .awaitsRetry:
            return [advice("Let it run now", "reschedule \(job) --delay 0s")]
        case .checkpoint:
            let place = checkpoint(reason)
            return [
                advice("Approve", "approve \(job) \(place)"), advice("Reject", "reject \(job) \(place)"),
            ]
        case .signal:
            return [
                advice("Send it", "signal \(job) \(quoted(reason.wait?.name.rawValue ?? "")) --payload JSON")
            ]
        case .child, .children, .queueFull, .keyFull:
            guard let other = reason.jobs.first else { return [] }
            return [advice("Look further", "why \(JobReference.shortText(of: other.id))")]
        case .queuePaused:
            return [advice("Let it start jobs", "queue resume \(quoted(standing.queue.rawValue))")]
        case .unknownKind, .noWorker, .unserved:
            return []
        case .behind: return [advice("Let it go first", "reprioritise \(job) --to high")]
        case .completed, .redacted, .due, .timer, .running, .cancelling, .pausing, .leaseLost, .step,
            .stepAwaitsRetry,
            .rateLimited, .ready:
            return []
        }
    }

    private static func checkpoint(_ reason: StandingReason) -> String {
        guard let wait = reason.wait else { return "" }
        let number = wait.occurrence == 1 ? "" : " --occurrence \(wait.occurrence)"
        return quoted(wait.name.rawValue) + number
    }

    /// A name as a shell takes it for one word.
    private static func quoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:@%+,#".utf8.contains(byte)
            }
        }
        // A # begins a comment where it begins a word, and a - an option.
        if isPlain, !name.hasPrefix("#"), !name.hasPrefix("-") { return name }
        return "'" + name.replacing("'", with: "'\\''") + "'"
    }
}
