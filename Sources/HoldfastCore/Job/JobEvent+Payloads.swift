extension JobEvent {
    /// The kinds of events that hold a value of a user's own, which may be kept beside the log.
    public static let kindsWithPayloads: Set<EventKind> = [
        .jobEnqueued, .stepCompleted, .jobCompleted, .appEmitted, .checkpointOpened, .checkpointDecided,
        .signalReceived,
    ]

    /// The value of a user's own that the event holds; nil for events without one.
    public var payload: Payload? {
        switch self {
        case .enqueued(let event): event.input
        case .stepCompleted(let event): event.output
        case .completed(let event): event.output
        case .appEmitted(let event): event.payload
        case .checkpointOpened(let event): event.summary
        case .checkpointDecided(let event): event.value
        case .signalReceived(let event): event.payload
        default: nil
        }
    }
}
