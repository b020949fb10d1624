public import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// A stored event as a view gets it: what it means, and its value wherever that is kept.
public struct ViewedEvent: Sendable {
    /// What happened, with its place, time and actor.
    public let record: RecordedEvent
    /// What happened to the job.
    public let event: JobEvent
    /// The value that the event holds: the input, output or payload; nil for an event that has none.
    public let value: JSONText?

    /// Puts an event together, such as in a test of a view; a value that is kept beside the log has to be given.
    ///
    /// - Returns: Nil for an event that belongs to no job.
    public init?(_ record: RecordedEvent, value: JSONText? = nil) {
        guard case .job(let event) = record.event else { return nil }
        self.record = record
        self.event = event
        if let value {
            self.value = value
        } else if case .inline(let value)? = event.payload {
            self.value = value
        } else {
            self.value = nil
        }
    }

    /// The moment by the injected clock.
    public var at: Timestamp { record.at }

    /// The name of an event of the application's own; nil for the engine's events.
    public var emitted: String? {
        if case .appEmitted(let emitted) = event { emitted.name } else { nil }
    }

    /// The step whose result this is; nil for every other event.
    public var completedStep: StepKey? {
        if case .stepCompleted(let completed) = event { completed.step } else { nil }
    }

    /// The value as a type of the application's.
    ///
    /// - Throws: `DecodingError` when it is another one, or when there is none.
    public func value<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JobCoding.decode(value ?? .null)
    }

    /// Reads what an event means and the value that is kept beside the log.
    ///
    /// - Returns: Nil for an event that belongs to no job, or that only a newer program knows: it means nothing here.
    static func read(_ stored: StoredEvent, by reader: any StorageReader) throws(StoreError) -> ViewedEvent? {
        let record: RecordedEvent
        do {
            record = try stored.decoded()
        } catch {
            return nil
        }
        guard case .job(let event) = record.event, case .stored(let reference)? = event.payload else {
            return ViewedEvent(record)
        }
        guard let value = try reader.payload(reference) else {
            throw StoreError(.corrupt, operation: "read a value", reason: "\(reference.sha256) is missing")
        }
        return ViewedEvent(record, value: value)
    }
}

extension JobEvent {
    /// The value of the event that may be too large to be held by it.
    fileprivate var payload: Payload? {
        switch self {
        case .enqueued(let event): event.input
        case .completed(let event): event.output
        case .stepCompleted(let event): event.output
        case .appEmitted(let event): event.payload
        case .checkpointOpened(let event): event.summary
        case .checkpointDecided(let event): event.value
        case .signalReceived(let event): event.payload
        default: nil
        }
    }
}
