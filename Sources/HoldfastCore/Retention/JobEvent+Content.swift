extension LogEvent {
    /// The SHA-256 of each large value and file that the event refers to, in lower-case hexadecimal: what has to be kept as long
    /// as the event is.
    package var content: [String] {
        switch self {
        case .job(.artifactSaved(let event)): [event.sha256]
        case .job(let event): event.payload?.digest.map { [$0] } ?? []
        case .engine: []
        }
    }
}

extension Payload {
    /// The digest of a value that is kept beside the log; nil for one that stands in its event.
    fileprivate var digest: String? {
        switch self {
        case .inline: nil
        case .stored(let reference): reference.sha256
        }
    }
}
