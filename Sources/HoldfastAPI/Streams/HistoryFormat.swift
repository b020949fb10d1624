/// The form in which a job's history is sent.
public enum HistoryFormat: String, Hashable, Sendable, CaseIterable {
    /// Pages of a JSON array.
    case json
    /// One envelope a line.
    case ndjson
    /// An event stream.
    case sse

    /// The media type of the answer.
    public var mediaType: String {
        switch self {
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        case .sse: ServerSentEvents.mediaType
        }
    }

    /// Chooses by an `Accept` header: what the client likes best, `preferred` where it names nothing that there is.
    ///
    /// Among equals the one that is named first wins.
    public init(accepting header: String?, otherwise preferred: HistoryFormat = .json) {
        var best: (format: HistoryFormat, quality: Double) = (preferred, 0)
        for entry in Preferences(header).entries {
            guard let format = HistoryFormat(mediaRange: entry.name, otherwise: preferred) else { continue }
            if entry.weight > best.quality { best = (format, entry.weight) }
        }
        self = best.format
    }

    private init?(mediaRange type: String, otherwise preferred: HistoryFormat) {
        switch type {
        case "text/event-stream": self = .sse
        case "application/x-ndjson", "application/ndjson", "application/jsonl": self = .ndjson
        case "application/json", "application/*": self = .json
        case "*/*": self = preferred
        default: return nil
        }
    }
}
