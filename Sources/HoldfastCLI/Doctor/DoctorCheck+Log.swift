import HoldfastCore
import HoldfastStore

// What is said of the clock and of jobs that do not get further.
extension DoctorCheck {
    /// How late an engine may be before somebody should look.
    private static let patience: Duration = .seconds(60)

    static let ofLog: [DoctorCheck] = [
        DoctorCheck("clock", clock), DoctorCheck("order", order), DoctorCheck("leases", leases),
        DoctorCheck("timers", timers), DoctorCheck("queued", queued),
        DoctorCheck("paused_queues", pausedQueues),
        DoctorCheck("crashes", crashes), DoctorCheck("retention", retention),
    ]

    private static func clock(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let log = facts.log else { return nil }
        guard let newest = log.moments.max(), newest > facts.now + .seconds(5) else {
            return .ok("no event is of the future")
        }
        let distance = length(newest - facts.now)
        let advice = "compare the clocks of all machines that write, and set them by NTP: timedatectl status"
        let sentence = "an event is \(distance) in the future: a clock is wrong"
        return newest > facts.now + patience
            ? .problem(sentence, advice: advice) : .warning(sentence, advice: advice)
    }

    private static func order(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let log = facts.log else { return nil }
        let steps = zip(log.moments, log.moments.dropFirst()).map { $0 - $1 }
        guard let back = steps.max(), back > .seconds(1) else {
            return .ok("the moments of the newest \(HumanUnits.count(Int64(log.moments.count))) events rise")
        }
        return .warning(
            "a clock was set back by \(length(back)) while events were written",
            advice: "let clocks drift to the right time instead of setting them: timedatectl status")
    }

    private static func leases(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let log = facts.log else { return nil }
        let lost = log.leases.filter { $0.expiresAt + patience < facts.now }
        guard let first = lost.min(by: { $0.expiresAt < $1.expiresAt }) else {
            return .ok("no lease has run out unnoticed, of \(log.leases.count)")
        }
        let late = length(facts.now - first.expiresAt)
        return .problem(
            "\(jobs(lost.count, "has", "have")) a lease that ran out; the first \(late) ago, of worker \(first.worker)",
            advice: "no engine looks after them: holdfast serve --db \(facts.path)")
    }

    private static func timers(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let log = facts.log else { return nil }
        guard let due = log.earliestDue, due + patience < facts.now else { return .ok("nothing is overdue") }
        return .problem(
            "a job or a wait has been due for \(length(facts.now - due))",
            advice: "no engine wakes it: holdfast serve --db \(facts.path)")
    }

    private static func queued(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let log = facts.log else { return nil }
        let paused = Set(log.queues.filter { $0.pause != nil }.map(\.name))
        let late = log.oldest.filter { job in
            guard case .queued(let since) = job.phase, !paused.contains(job.origin.queue) else {
                return false
            }
            return since + .seconds(3_600) < facts.now
        }
        func words(_ job: JobState) -> String {
            guard case .queued(let since) = job.phase else { return "" }
            return "\(JobReference.shortText(of: job.id)) of kind \(job.origin.kind) has been queued on "
                + "\(job.origin.queue) for \(length(facts.now - since))"
        }
        if let job = late.first(where: { !log.kinds.contains($0.origin.kind) }) {
            return .problem(
                "\(words(job)), and no worker ever announced that kind",
                advice:
                    "start its worker, or: holdfast cancel \(JobReference.shortText(of: job.id)) --db \(facts.path)"
            )
        }
        guard let job = late.first else { return .ok("no job has been queued for more than an hour") }
        return .warning(
            words(job),
            advice:
                "see what holds it up: holdfast why \(JobReference.shortText(of: job.id)) --db \(facts.path)"
        )
    }

    private static func pausedQueues(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let log = facts.log else { return nil }
        let paused = log.queues.filter { $0.pause != nil }
        guard let first = paused.first, let pause = first.pause else { return .ok("no queue is paused") }
        let rest = paused.count > 1 ? ", and \(paused.count - 1) more" : ""
        return .warning(
            "queue \(first.name) is paused by \(pause.actor.words)\(pause.reason.asReason)\(rest)",
            advice: "holdfast queue resume \(first.name) --db \(facts.path)")
    }

    private static func crashes(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let log = facts.log else { return nil }
        guard let worst = log.crashing.max(by: { $0.crashes < $1.crashes }) else {
            return .ok("no job crashes again and again")
        }
        let id = JobReference.shortText(of: worst.id)
        let rest = log.crashing.count > 1 ? ", and \(jobs(log.crashing.count - 1, "does", "do")) too" : ""
        return .warning(
            "\(id) of kind \(worst.origin.kind) crashed \(worst.crashes) times in a row\(rest)",
            advice: "see where: holdfast history \(id) --db \(facts.path)")
    }

    private static func length(_ duration: Duration) -> String {
        HumanUnits.duration(microseconds: duration.microsecondsRoundedUp)
    }

    private static func jobs(_ count: Int, _ one: String, _ many: String) -> String {
        count == 1 ? "1 job \(one)" : "\(HumanUnits.count(Int64(count))) jobs \(many)"
    }
}
