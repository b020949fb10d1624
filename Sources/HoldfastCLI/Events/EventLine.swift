import HoldfastCore
import HoldfastStore

/// Draws an event as one line: time, position, kind and summary.
struct EventLine {
    /// The widest kind, so that summaries stand below one another.
    private static let kindWidth = EventKind.allCases.map(\.rawValue.utf8.count).max() ?? 0

    /// What the events mean.
    let summary: EventSummary
    /// Whether the end of the job's id stands in each line.
    let showsJob: Bool
    /// The columns there are; nil when nothing is to be cut.
    let width: Int?
    /// Where the moments stand.
    let moments: MomentColumn

    /// The line of an event.
    func line(of event: StoredEvent) -> StyledLine {
        let moment = summary.time.short(event.at.microseconds, now: summary.now.microseconds)
        var line = StyledLine(moments.padded(moment), .dim)
        line.append("  ")
        line.append(TerminalText(event.position.description).padded(to: 6, .trailing), .dim)
        line.append("  ")
        if showsJob {
            let job = event.job.map(JobReference.shortText(of:)) ?? ""
            line.append(TerminalText(job).padded(to: 12), .cyan)
            line.append("  ")
        }
        line.append(TerminalText(event.kind).padded(to: Self.kindWidth), Self.style(of: event))
        line.append("  ")
        line.append(
            TerminalText(summary.text(of: event), limit: width ?? .max), Self.isQuiet(event) ? .dim : nil)
        return line
    }

    /// The colour of the kind; what it means stands there in words as well.
    private static func style(of event: StoredEvent) -> Style? {
        guard let kind = EventKind(rawValue: event.kind) else { return .yellow }
        switch kind {
        case .jobFailed, .jobAttemptFailed, .stepFailed, .leaseExpired, .budgetExceeded: return .red
        case .jobCompleted: return .green
        case .jobCancelled, .jobCancelRequested, .jobPaused, .queuePaused, .stepUnused, .leaseReleased,
            .budgetWarned:
            return .yellow
        case .logWritten: return level(of: event).map { $0 >= 4 ? .red : .yellow } ?? .dim
        case .stepStarted, .progressUpdated, .bulkProgressed: return .dim
        case .jobEnqueued, .jobStarted, .jobUnpaused, .jobRescheduled, .jobRetried, .jobResumed,
            .budgetRaised:
            return .cyan
        case .jobWaiting, .checkpointOpened, .checkpointExpired, .checkpointRefused: return .yellow
        case .checkpointDecided, .signalReceived: return .green
        case .scheduleSkipped, .schedulePaused, .scheduleRemoved: return .yellow
        case .scheduleSet, .scheduleResumed, .scheduleFired, .scheduleQueued: return .cyan
        default: return nil
        }
    }

    private static func isQuiet(_ event: StoredEvent) -> Bool {
        switch EventKind(rawValue: event.kind) {
        case .stepStarted, .progressUpdated: true
        case .logWritten: level(of: event) == nil
        default: false
        }
    }

    /// How grave a logged line is, from 3 (warning) on; nil for all others.
    private static func level(of event: StoredEvent) -> Int? {
        guard case .job(.logWritten(let line)) = try? event.decoded().event else { return nil }
        switch line.level {
        case .critical, .error: return 4
        case .warning: return 3
        case .trace, .debug, .info, .notice: return nil
        }
    }
}
