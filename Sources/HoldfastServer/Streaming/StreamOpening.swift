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
            } else if job == nil, position > .beginning, position < earliest.previous {
                gap = .pruned
            }
            if gap != nil { after = earliest.previous }
        case .beginning, .last, .snapshot: break
        }
    }

    /// Writes the blocks that come before the first event.
    ///
    /// - Returns: The cursor that the reader has then.
    func write(identity: String, retry: Duration, to bytes: inout [UInt8]) -> EventLogPosition {
        // Where the cursor does not hold, the reader must not keep it together with the name of this log.
        let held = gap == nil ? cursor : after
        StreamControl.open(log: identity, from: cursor, earliest: earliest, tail: tail)
            .append(retry: retry, at: held, to: &bytes)
        if let gap {
            StreamControl.gap(gap, from: cursor, to: earliest).append(at: after, to: &bytes)
            return after
        }
        guard let snapshot else { return cursor }
        ServerSentEvents.append(
            id: snapshot.position, event: StreamControl.snapshotEvent, data: snapshot.json, to: &bytes)
        return snapshot.position
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

extension StreamControl {
    /// Appends the block.
    func append(retry: Duration? = nil, at position: EventLogPosition, to bytes: inout [UInt8]) {
        ServerSentEvents.append(
            retry: retry.map { max(1, $0.microsecondsRoundedUp / 1000) }, id: position, event: event,
            data: json(at: position), to: &bytes)
    }
}

extension JobSnapshot {
    /// The value of `stream.snapshot`.
    var json: JSONText {
        JSONWriter.object(capacity: 1024) { writer in
            writer.field("position", position.description)
            writer.field("job", state.id.description)
            writer.field("state", JobStateCodec.encode(state))
            writer.key("steps")
            writer.array { for step in steps { $0.raw(StepDocument.json(of: step)) } }
            writer.key("logs")
            writer.array { for line in logs { $0.raw(line.envelope) } }
            writer.key("checkpoints")
            writer.array { for opened in checkpoints { $0.raw(opened.envelope) } }
        }
    }
}
