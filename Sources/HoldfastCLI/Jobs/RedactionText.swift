import HoldfastEngine

/// What redacting jobs did, in words.
enum RedactionText {
    private static let listed = 20

    /// The sentences about all of it, but for the first refusal, which ends the command.
    static func sentences(of report: RedactionReport) -> [String] {
        let verb = report.isDryRun ? "would be redacted" : "redacted"
        var sentences = report.jobs.prefix(listed).map { job in
            let place = job.segment.map { " in the archive (\($0))" } ?? ""
            return "Job \(job.id): \(HumanUnits.count(job.events, "event"))\(place) \(verb)"
        }
        if report.jobs.count > listed { sentences.append("... and \(report.jobs.count - listed) more") }
        sentences += report.refused.dropFirst().prefix(listed).map(sentence)
        sentences += report.unread.dropFirst(report.refused.isEmpty ? 1 : 0)
        switch report.jobs.count {
        case 0:
            let verb = report.isDryRun ? "would be" : report.isComplete ? "was left to be" : "was"
            sentences.append("Nothing \(verb) redacted.")
        case 1: break
        case let count:
            let events = report.jobs.reduce(0) { $0 + $1.events }
            sentences.append("\(count) jobs, \(HumanUnits.count(events, "event")) \(verb).")
        }
        if report.isScrubbed, report.isComplete {
            sentences.append(
                "The file was written anew and holds no trace of what was redacted; backups made before still do."
            )
        } else if report.isScrubbed {
            sentences.append("The file was written anew and holds no trace of what was redacted before.")
        } else if !report.isDryRun {
            sentences.append(
                "The file may still hold traces: run it again without --keep-traces.")
        }
        return sentences
    }

    /// Why a job stays as it is.
    static func sentence(of refusal: RedactionReport.Refusal) -> String {
        "job \(refusal.job): \(refusal.reason)"
    }
}
