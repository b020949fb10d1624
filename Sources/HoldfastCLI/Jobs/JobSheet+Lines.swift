import HoldfastCore
import HoldfastServer
import HoldfastStore

extension JobSheet {
    /// The sheet as people read it.
    ///
    /// - Parameters:
    ///   - text: How states are written.
    ///   - stepLimit: How many of the newest steps to list.
    ///   - isPast: Whether it is as it was, and says at which position.
    ///   - width: The columns of the terminal; nil when nothing is to be cut.
    /// - Returns: The lines from top to bottom: facts, steps, logged lines.
    func lines(_ text: JobStateText, stepLimit: Int, isPast: Bool, width: Int?) -> [StyledLine] {
        facts(text, isPast: isPast).map { FactLine.line($0.label, $0.value, width: width, style: $0.style) }
            + steps(text, limit: stepLimit) + logs(text, width: width)
    }

    private func facts(_ text: JobStateText, isPast: Bool) -> [(label: String, value: String, style: Style?)]
    {
        let job = snapshot.state
        var facts: [(label: String, value: String, style: Style?)] = []
        func add(_ label: String, _ value: String?, _ style: Style? = nil) {
            if let value, !value.isEmpty { facts.append((label, value, style)) }
        }
        add("Job", job.id.description, .bold)
        if isPast { add("As of", "position \(snapshot.position)", .yellow) }
        add(
            "Kind",
            "\(job.origin.kind)"
                + (job.origin.handlerVersion == 1 ? "" : ", version \(job.origin.handlerVersion)"))
        add(
            "State", "\(job.phase.name.rawValue) \(text.detail(of: job))",
            JobStateText.style(of: job.phase.name))
        add("Progress", job.progress.map(ProgressText.line(of:)))
        add("Attempt", attempt(job))
        if case .running(let running) = job.phase {
            add("Worker", "\(running.worker), since \(text.moment(running.since))")
        }
        add(
            "Queue",
            "\(job.origin.queue)" + (job.priority == .normal ? "" : ", priority \(job.priority.value)"))
        add("Budget", job.costs.words, job.costs.isExhausted ? .red : job.costs.isWarned ? .yellow : nil)
        add("Key", job.origin.key?.rawValue)
        add("Limit key", job.origin.limitKey?.rawValue)
        add("Owner", job.origin.owner?.rawValue)
        add("Tags", job.origin.tags.map(\.rawValue).joined(separator: ", "))
        add("Parent", job.origin.parent.map { "\($0.job), as \(WaitText.place($0.child))" })
        add("Made from", job.origin.fork.map { "\($0.job), at step \($0.step)" })
        add("Enqueued", text.moment(job.origin.enqueuedAt))
        add("Started", job.startedAt.map(text.moment))
        if let end = job.finishedAt { add("Ended", text.moment(end)) }
        add("Input", input?.text)
        add("Output", output?.text)
        if let failure = job.lastFailure, let attempt = job.lastFailureAttempt {
            add(job.phase.name.isEnded ? "Error" : "Last error", "\(failure.words), attempt \(attempt)", .red)
        }
        add("Retries", job.origin.retry.words)
        return facts
    }

    private func attempt(_ job: JobState) -> String {
        let ofLife = job.attempt - job.firstAttemptOfLife + 1
        var text = "\(ofLife) of \(job.origin.retry.maxAttempts)"
        if job.life > 1 { text += " in life \(job.life)" }
        if job.crashes > 0 { text += ", \(job.crashes) crashes in a row" }
        return text
    }

    private func steps(_ text: JobStateText, limit: Int) -> [StyledLine] {
        guard !snapshot.steps.isEmpty else { return [] }
        let shown = snapshot.steps.suffix(limit)
        let recorded = HumanUnits.count(Int64(snapshot.state.recordedSteps))
        // There are more than are known here, of which no more were to be shown or could be found.
        let hasMore = shown.count < max(snapshot.steps.count, snapshot.state.recordedSteps)
        let doubt = snapshot.hasDoubtfulSteps ? "; older errors of some are not known" : ""
        let title = (hasMore ? "newest \(shown.count), " : "") + "\(recorded) recorded" + doubt
        return [StyledLine(), StyledLine(TerminalText("Steps (\(title))"), .bold)]
            + shown.map { step in
                var line = StyledLine(TerminalText("  " + text.moment(step.changedAt) + "  "), .dim)
                line.append(TerminalText("\(step.key)").padded(to: 20))
                line.append(TerminalText("  \(step.status.name)"), step.style)
                if case .completed(_, let duration) = step.status {
                    line.append(TerminalText("  in \(HumanUnits.duration(microseconds: duration))"), .dim)
                }
                if case .failed(_, let retryAt?) = step.status {
                    line.append(TerminalText("  next try at \(text.moment(retryAt))"))
                }
                return line
            }
    }

    private func logs(_ text: JobStateText, width: Int?) -> [StyledLine] {
        guard !snapshot.logs.isEmpty else { return [] }
        let summary = EventSummary(time: text.time, now: text.now)
        return [StyledLine(), StyledLine(TerminalText("Newest logs"), .bold)]
            + snapshot.logs.map { event in
                var line = StyledLine(TerminalText("  " + text.moment(event.at) + "  "), .dim)
                line.append(TerminalText(summary.text(of: event), limit: width ?? .max))
                return line
            }
    }
}

extension StepRecord {
    fileprivate var style: Style? {
        switch status {
        case .started: .cyan
        case .completed: .green
        case .failed: .red
        case .unused: .yellow
        }
    }
}
