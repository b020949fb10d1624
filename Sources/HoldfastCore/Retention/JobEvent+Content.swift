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

extension JobEvent {
    /// What a person or program gave or got; nil for events without such a value.
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

extension Payload {
    /// The digest of a value that is kept beside the log; nil for one that stands in its event.
    fileprivate var digest: String? {
        switch self {
        case .inline: nil
        case .stored(let reference): reference.sha256
        }
    }
}
