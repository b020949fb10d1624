import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// What a stream says beside the events, and how.
protocol StreamDialect: Sendable {
    /// Writes what comes before the first event.
    ///
    /// - Returns: The cursor that the reader has then.
    mutating func begin(retry: Duration, to bytes: inout [UInt8]) -> EventLogPosition
    /// Notes that events were sent.
    mutating func follow(_ stretch: StreamStretch)
    /// Says that everything was sent that was there when the stream was opened.
    func catchUp(at cursor: EventLogPosition, to bytes: inout [UInt8])
    /// Gives a sign of life where there is nothing to send up to the position `looked`.
    ///
    /// - Returns: The cursor that the reader has then.
    mutating func beat(
        at cursor: EventLogPosition, looked: EventLogPosition, to bytes: inout [UInt8]
    ) -> EventLogPosition
    /// Whether nothing was sent for so long that the stream should end.
    var isTired: Bool { get }
    /// Says that the life of the job has ended, and how.
    func end(_ state: JobPhaseName, at cursor: EventLogPosition, to bytes: inout [UInt8])
    /// Asks the reader to come back after a time.
    func rotate(
        _ reason: StreamRotation, retry: Duration, at cursor: EventLogPosition, to bytes: inout [UInt8])
}

/// The engine's own streams: `stream.*` blocks, each with the cursor.
struct EngineDialect: StreamDialect {
    let opening: StreamOpening
    /// Names the log that is read.
    let identity: String

    let isTired = false

    func begin(retry: Duration, to bytes: inout [UInt8]) -> EventLogPosition {
        // Where the cursor does not hold, the reader must not keep it together with the name of this log.
        let held = opening.gap == nil ? opening.cursor : opening.after
        StreamControl.open(
            log: identity, from: opening.cursor, earliest: opening.earliest, tail: opening.tail
        )
        .append(retry: retry, at: held, to: &bytes)
        if let gap = opening.gap {
            StreamControl.gap(gap, from: opening.cursor, to: opening.earliest)
                .append(at: opening.after, to: &bytes)
            return opening.after
        }
        guard let snapshot = opening.snapshot else { return opening.cursor }
        ServerSentEvents.append(
            id: snapshot.position, event: StreamControl.snapshotEvent, data: snapshot.json, to: &bytes)
        return snapshot.position
    }

    func follow(_ stretch: StreamStretch) {}

    func catchUp(at cursor: EventLogPosition, to bytes: inout [UInt8]) {
        StreamControl.caughtUp.append(at: cursor, to: &bytes)
    }

    func beat(
        at cursor: EventLogPosition, looked: EventLogPosition, to bytes: inout [UInt8]
    ) -> EventLogPosition {
        // A reader for whom nothing came moves on all the same.
        guard opening.job == nil, looked > cursor else {
            bytes += ServerSentEvents.heartbeat
            return cursor
        }
        StreamControl.position.append(at: looked, to: &bytes)
        return looked
    }

    func end(_ state: JobPhaseName, at cursor: EventLogPosition, to bytes: inout [UInt8]) {
        guard let job = opening.job else { return }
        StreamControl.end(job: job, state: state).append(at: cursor, to: &bytes)
    }

    func rotate(
        _ reason: StreamRotation, retry: Duration, at cursor: EventLogPosition, to bytes: inout [UInt8]
    ) {
        StreamControl.rotate(reason).append(retry: retry, at: cursor, to: &bytes)
    }
}

extension StreamControl {
    /// Appends the block.
    fileprivate func append(
        retry: Duration? = nil, at position: EventLogPosition, to bytes: inout [UInt8]
    ) {
        ServerSentEvents.append(
            retry: retry?.retryMilliseconds, id: position, event: event, data: json(at: position),
            to: &bytes)
    }
}

extension Duration {
    /// The value of `retry:`, at least 1.
    var retryMilliseconds: Int64 { max(1, microsecondsRoundedUp / 1000) }
}

extension JobSnapshot {
    /// The value of `stream.snapshot`.
    fileprivate var json: JSONText {
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
