import HoldfastCore

/// Says in a few words what a job is doing or how it ended, for people.
struct JobStateText {
    /// How moments are written.
    let time: LocalTime
    /// The moment now.
    let now: Timestamp

    /// What stands beside the name of the state.
    func detail(of job: JobState) -> String {
        switch job.phase {
        case .scheduled(let until):
            let failure = job.lastFailure.map { ", after \($0.words)" } ?? ""
            return "until \(moment(until))\(failure)"
        case .queued(let since): return "since \(moment(since))" + (job.startedAt == nil ? "" : again(job))
        case .running(let running):
            if let request = running.cancelRequest {
                return "asked to stop by \(request.actor.words)\(request.reason.asReason)"
            }
            if let request = running.pauseRequest {
                return "asked to pause by \(request.actor.words)\(request.reason.asReason)"
            }
            let progress = job.progress.map(ProgressText.short(of:)) ?? ""
            return progress.isEmpty ? "since \(moment(running.since))" : progress
        case .waiting(let waiting): return "for " + WaitText.list(waiting.reasons, hasMore: waiting.hasMore)
        case .paused(let paused): return "by \(paused.actor.words)\(paused.reason.asReason)"
        case .completed(let at): return job.startedAt.map { "in \(length(from: $0, to: at))" } ?? ""
        case .failed(_, let failure, _): return failure.words
        case .cancelled(_, let actor, let reason): return "by \(actor.words)\(reason.asReason)"
        }
    }

    /// A moment as people read it.
    func moment(_ moment: Timestamp) -> String { time.short(moment.microseconds, now: now.microseconds) }

    /// The colour of a state; its name says the same.
    static func style(of state: JobPhaseName) -> Style? {
        switch state {
        case .running: .cyan
        case .completed: .green
        case .failed: .red
        case .paused, .cancelled: .yellow
        case .waiting: .yellow
        case .scheduled, .queued: nil
        }
    }

    /// The time from one moment to another.
    func length(from start: Timestamp, to end: Timestamp) -> String {
        HumanUnits.duration(microseconds: max(0, end.microseconds - start.microseconds))
    }

    private func again(_ job: JobState) -> String {
        job.crashes > 0 ? ", after \(job.crashes == 1 ? "a crash" : "\(job.crashes) crashes")" : ", to go on"
    }
}
