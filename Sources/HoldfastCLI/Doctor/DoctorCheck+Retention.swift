import HoldfastCore
import HoldfastEngine

// What is said of the rules of retention, against the oldest job that they let go.
extension DoctorCheck {
    static func retention(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let log = facts.log else { return nil }
        guard let retention = log.retention else {
            return .ok("no engine prunes by rules: jobs that ended are kept until somebody prunes them")
        }
        let last = retention.lastPruned.map { "jobs were last pruned \(length(facts.now - $0)) ago" }
        let acts = last ?? "nothing was ever pruned"
        guard let job = retention.overdue else {
            return .ok("no job is left that the rules of retention let go; \(acts)")
        }
        let words =
            "retention is behind: a job of kind \(job.kind) that \(job.state.ending) "
            + "\(length(facts.now - job.finishedAt)) ago is still there (\(RetentionText.text(of: job.rule))); \(acts)"
        let command = "holdfast prune \(RetentionText.options(of: job.rule)) --db \(facts.path)"
        guard retention.isAlive else {
            return .problem(
                "\(words); the engine that has the rules does not run",
                advice: "start it again, or prune by hand: \(command)")
        }
        if let act = retention.lastPruned, act + RetentionStanding.patience(retention.policy) > facts.now {
            return .warning(words, advice: "it is at it: look again later, or help: \(command)")
        }
        return .problem(
            words, advice: "its log says why, at the level error; to prune by hand: \(command)")
    }

    private static func length(_ duration: Duration) -> String {
        HumanUnits.duration(microseconds: duration.microsecondsRoundedUp)
    }
}

extension JobPhaseName {
    /// What a job of this state did at its end.
    fileprivate var ending: String {
        switch self {
        case .failed: "failed"
        case .cancelled: "was cancelled"
        default: "completed"
        }
    }
}
