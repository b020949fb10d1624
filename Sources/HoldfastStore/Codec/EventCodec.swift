public import HoldfastCore

/// Turns events into what is stored and back: the only place that knows their JSON.
///
/// Adapters move the text and never look into it. A kind's schema version rises when a field changes its
/// meaning or a
/// required one is added; optional fields may be added without one. Old versions stay readable for ever.
public enum EventCodec {
    /// The version in which events of a kind are written today, from 1.
    public static func schemaVersion(of kind: EventKind) -> Int { 1 }

    /// What stands in the place of a job's values that were redacted (P10).
    public static let redacted = JSONText(unchecked: #"{"redacted":true}"#)

    /// The JSON object of an event's own values.
    public static func encode(_ event: LogEvent) -> JSONText {
        JSONWriter.object { writer in
            switch event {
            case .job(let event): encode(event, into: &writer)
            case .engine(let event): encode(event, into: &writer)
            }
        }
    }

    /// The event of a stored kind, schema version and JSON object.
    ///
    /// - Throws: `EventDecodingError` when the kind or version is of a newer program, or the object does not
    ///   fit.
    public static func decode(
        kind name: String, schemaVersion: Int, data: JSONText
    ) throws(EventDecodingError) -> LogEvent {
        guard let kind = EventKind(rawValue: name) else { throw .unknownKind(name) }
        guard (1...EventCodec.schemaVersion(of: kind)).contains(schemaVersion) else {
            throw .unknownVersion(name, schemaVersion)
        }
        if data == redacted { return .job(.redacted(kind)) }
        do {
            let fields = try JSONFields(data)
            if let event = try decodeEngineEvent(kind, fields) { return .engine(event) }
            return .job(try decodeJobEvent(kind, fields))
        } catch {
            throw .malformed(name, reason: "\(error)")
        }
    }
}

/// Why a stored event cannot be read.
public enum EventDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind is of a newer program.
    case unknownKind(String)
    /// The schema version is of a newer program.
    case unknownVersion(String, Int)
    /// The object does not have the fields of its kind.
    case malformed(String, reason: String)

    /// One sentence that is safe to log.
    public var description: String {
        switch self {
        case .unknownKind(let kind): "events of kind \(kind) are of a newer version of Holdfast"
        case .unknownVersion(let kind, let version):
            "version \(version) of \(kind) is of a newer version of Holdfast"
        case .malformed(let kind, let reason): "an event of kind \(kind) cannot be read: \(reason)"
        }
    }
}
