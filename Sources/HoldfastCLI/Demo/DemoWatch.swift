import HoldfastCore
import HoldfastStore

/// What the viewer of a demo knows of the job: folded from the job's events, like everything else.
struct DemoWatch: Sendable {
    /// The job as it is.
    private(set) var job: JobState
    /// Log lines and other news that were not shown yet, the oldest first.
    private(set) var news: [StoredEvent] = []
    /// The steps whose results were recorded since the viewer began.
    private(set) var recordedHere = 0
    private var rate = ProgressRate()
    private let began: Timestamp

    /// Begins with the job as it was at one position; only later events are applied.
    init(_ job: JobState, at now: Timestamp) {
        self.job = job
        began = now
        observe(at: now)
    }

    /// Whether nothing more will happen until somebody does something.
    var isOver: Bool {
        switch job.phase {
        case .completed, .failed, .cancelled, .paused: true
        case .scheduled, .queued, .running, .waiting: false
        }
    }

    /// Folds an event in.
    ///
    /// - Throws: `EventDecodingError`, `IllegalTransition` when the log is damaged.
    mutating func apply(_ event: StoredEvent, at now: Timestamp) throws {
        let recorded = try event.decoded()
        try job.apply(recorded)
        guard case .job(let fact) = recorded.event else { return }
        switch fact {
        case .stepCompleted: recordedHere += 1
        case .progressUpdated: observe(at: now)
        case .stepStarted, .completed: break
        default:
            news.append(event)
        }
    }

    /// Hands out the news that were not shown yet.
    mutating func takeNews() -> [StoredEvent] {
        defer { news = [] }
        return news
    }

    /// What the progress bar shows.
    func progress(at now: Timestamp) -> ProgressState {
        var state = ProgressState()
        state.elapsedMicroseconds = now.microseconds - began.microseconds
        guard let progress = job.progress else { return state }
        state.phase = progress.phase
        state.message = progress.message
        state.unit = "files"
        switch progress.amount {
        case .fraction(let part): state.fraction = part
        case .count(let done, let total): (state.done, state.total) = (done, total)
        case nil: break
        }
        if case .running = job.phase { state.ratePerSecond = rate.perSecond(at: now.microseconds) }
        return state
    }

    private mutating func observe(at now: Timestamp) {
        guard case .count(let done, _) = job.progress?.amount else { return }
        rate.observe(done: done, at: now.microseconds)
    }
}
