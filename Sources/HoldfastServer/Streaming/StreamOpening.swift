import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// Where a stream begins, as the log was when it was opened.
struct StreamOpening: Sendable {
    /// Whose life it follows; nil for a stream that ends with no job.
    let job: JobID?
    /// The state that the job has, or had at the snapshot.
    private(set) var state: JobPhaseName?
    /// Events are sent that come after this position.
    private(set) var after = EventLogPosition.beginning
    /// The cursor that the reader has before the first event.
    ///
    /// It is not always `after`: before a snapshot arrived the reader must not claim to have seen what it
    /// stands for.
    private(set) var cursor = EventLogPosition.beginning
    /// The first event of the stream.
    let earliest: EventLogPosition
    /// The end of the log.
    let tail: EventLogPosition
    /// Why the stream cannot go on at the reader's cursor; nil where it can.
    private(set) var gap: StreamGap?
    /// Whether the reader has seen the end of the job, so that nothing is left to send.
    private(set) var isOver = false
    /// Whether the first events of the job are gone.
    private var isCut = false
    /// What the stream begins with, if the reader has nothing yet.
    private(set) var snapshot: JobSnapshot?

    /// Reads what is needed to open a stream of one job.
    ///
    /// - Parameters:
    ///   - job: Whose events are sent.
    ///   - start: Where the reader begins.
    ///   - log: The identity of the log that the reader's cursor is of; nil when it does not say.
    ///   - identity: The identity of the log that is read.
    ///   - logLimit: How many of the newest logged lines a snapshot has.
    ///   - reader: Reads the log.
    /// - Throws: `JobRejection.unknownJob`, `StoreError`.
    init(
        of job: JobID, from start: StreamStart, log: String?, in identity: String, logLimit: Int,
        reader: any StorageReader
    ) throws {
        // The end first: what is committed between the reads is then sent as an event and not forgotten.
        tail = try reader.head().position
        guard let state = try reader.job(job) else { throw JobRejection.unknownJob }
        guard let first = try reader.events(EventQuery(job: job, limit: 1)).events.first else {
            throw StoreError(.corrupt, operation: "open a stream", reason: "the job has no events")
        }
        self.job = job
        self.state = state.phase.name
        earliest = first.position
        isCut = (first.version ?? 1) > 1
        switch start {
        case .snapshot:
            guard let snapshot = try reader.snapshot(of: job, logLimit: logLimit) else {
                throw JobRejection.unknownJob
            }
            self.snapshot = snapshot
            // What happened between the reads is in the snapshot and comes as no event.
            self.state = snapshot.state.phase.name
            after = snapshot.position
        case .last(let count):
            let page = try reader.events(EventQuery(job: job, limit: count, fromEnd: true))
            begin(after: page.events.first?.position.previous ?? .beginning)
        case .beginning, .tail, .after:
            begin(at: start, isForeign: log.map { $0 != identity } ?? false)
            isOver =
                try gap == nil && start.isCursor && state.phase.name.isEnded
                && reader.events(EventQuery(job: job, after: cursor, limit: 1)).events.isEmpty
        }
    }

    /// Reads what is needed to open a stream of many jobs.
    ///
    /// `start` may not be `last`, which takes more than one read, nor `snapshot`.
    ///
    /// - Throws: `StoreError`.
    init(from start: StreamStart, log: String?, in identity: String, reader: any StorageReader) throws {
        tail = try reader.head().position
        job = nil
        earliest = try reader.events(EventQuery(limit: 1)).events.first?.position ?? tail.next
        begin(at: start, isForeign: log.map { $0 != identity } ?? false)
    }

    private mutating func begin(after position: EventLogPosition) {
        (after, cursor) = (position, position)
    }

    private mutating func begin(at start: StreamStart, isForeign: Bool) {
        switch start {
        case .tail: begin(after: tail)
        case .after(let position):
            begin(after: position)
            if isForeign || position > tail {
                gap = .foreign
            } else if job == nil || isCut, position > .beginning, position < earliest.previous {
                gap = .pruned
            }
            if gap != nil { after = earliest.previous }
        case .beginning, .last, .snapshot: break
        }
    }

    /// The same for a reader who has everything up to a position in another way, and has not seen the end.
    func going(onAfter position: EventLogPosition) -> StreamOpening {
        var opening = self
        opening.begin(after: position)
        opening.isOver = false
        return opening
    }
}

extension EventLogPosition {
    /// The position before this one, or the beginning.
    var previous: EventLogPosition { EventLogPosition(max(0, value - 1)) }
}

extension StreamStart {
    /// Whether the reader comes back with a cursor.
    fileprivate var isCursor: Bool {
        if case .after = self { true } else { false }
    }
}
