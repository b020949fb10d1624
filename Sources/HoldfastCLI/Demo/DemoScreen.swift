import HoldfastCore
import HoldfastStore
import InventoryExample

/// Writes what the viewer of a demo sees.
struct DemoScreen: Sendable {
    /// What the demo is about.
    let plan: DemoPlan
    /// How moments are written.
    let time: LocalTime

    /// The lines at the top, printed once.
    ///
    /// The server answers at `url`; `done` is how many files were done before this process, nil when the job is
    /// new.
    func header(_ job: JobState, url: String, done: Int64?) -> [StyledLine] {
        let stream = "curl -N \(url)/v1/jobs/\(job.id)/stream"
        var lines = [
            StyledLine(TerminalText("Taking stock of \(plan.directory) as a durable job."), .bold),
            Self.fact("job", job.id.description),
            Self.fact("database", plan.database),
            Self.fact("manifest", plan.output),
            Self.fact("watch", stream),
            Self.fact("state", "curl -s \(url)/v1/jobs/\(job.id)"),
        ]
        if let done {
            let files = "\(HumanUnits.count(done)) files done"
            lines.append(StyledLine(TerminalText("It continues where it was: \(files)."), .green))
        } else {
            lines.append(
                StyledLine(
                    "Stop it in any way, also with kill -9, and run the same command again: it goes on.", .dim
                ))
        }
        return lines + [StyledLine()]
    }

    /// The lines of the region that is drawn again and again.
    func status(of watch: DemoWatch, width: Int?, at now: Timestamp) -> [StyledLine] {
        let job = watch.job
        guard case .running = job.phase else {
            let detail = JobStateText(time: time, now: now).detail(of: job)
            var line = StyledLine(
                TerminalText(job.phase.name.rawValue), JobStateText.style(of: job.phase.name))
            line.append(TerminalText(" \(detail)", limit: width ?? .max))
            return [line]
        }
        let bar = ProgressBar.line(watch.progress(at: now), width: width)
        let counters = job.progress?.counters ?? [:]
        var facts = counters["bytes"].map { ["\(HumanUnits.bytes($0)) hashed"] } ?? []
        if let directories = counters["directories"] {
            facts.append("\(HumanUnits.count(directories)) directories")
        }
        if let count = counters["unreadable"], count > 0 {
            facts.append("\(HumanUnits.count(count)) unreadable")
        }
        facts.append("\(HumanUnits.count(Int64(job.recordedSteps))) steps recorded")
        return [bar, StyledLine(TerminalText(facts.joined(separator: ", ")), .dim)]
    }

    /// One line of news below the bar.
    func news(_ event: StoredEvent, at now: Timestamp) -> StyledLine {
        let moment = time.short(event.at.microseconds, now: now.microseconds)
        let text = EventSummary(time: time, now: now).text(of: event)
        var line = StyledLine(TerminalText(moment + "  "), .dim)
        if event.kind != EventKind.logWritten.rawValue {
            line.append(TerminalText(event.kind + "  "), .yellow)
        }
        line.append(TerminalText(text), text.hasPrefix("warning") ? .yellow : nil)
        return line
    }

    /// The lines at the end of a job that completed; `runs` is how often a worker began or went on with it.
    func summary(of job: JobState, _ result: InventorySummary, runs: Int) -> [StyledLine] {
        let start = job.startedAt ?? job.origin.enqueuedAt
        let length = HumanUnits.duration(
            microseconds: (job.finishedAt ?? start).microseconds - start.microseconds)
        let files = "\(HumanUnits.count(Int64(result.files))) files, \(HumanUnits.bytes(result.bytes))"
        let missing =
            result.unreadable == 0 ? "" : ", \(HumanUnits.count(Int64(result.unreadable))) unreadable"
        let times = runs == 1 ? "" : ", in \(runs) runs"
        return [
            StyledLine(TerminalText("Done: \(files)\(missing), after \(length)\(times)."), .green),
            Self.fact("manifest", result.manifest),
            Self.fact("sha256", result.manifestSHA256),
            Self.fact("history", "holdfast history \(job.id) --db \(plan.database)"),
        ]
    }

    private static func fact(_ label: String, _ value: String) -> StyledLine {
        var line = StyledLine(TerminalText("  " + label).padded(to: 12), .dim)
        line.append(TerminalText(value))
        return line
    }
}
