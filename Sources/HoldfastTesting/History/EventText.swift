import HoldfastCore

extension JobEvent {
    /// The event in a few words, without times and ids, as a comparison shows it.
    var words: String {
        switch self {
        case .stepStarted(let event): "step \(event.step) started"
        case .stepCompleted(let event): "step \(event.step) completed: \(event.output.words)"
        case .stepFailed(let event): "step \(event.step) failed: \(event.failure.message)"
        case .stepUnused(let event): "step \(event.step) unused"
        case .attemptFailed(let event): "attempt failed: \(event.failure.words)"
        case .failed(let event): "failed: \(event.failure.words)"
        case .completed(let event): "completed: \(event.output.words)"
        case .cancelled(let event): "cancelled" + JobEvent.words(event.reason)
        case .cancelRequested(let event): "cancel requested" + JobEvent.words(event.reason)
        case .paused(let event): "paused" + JobEvent.words(event.reason)
        case .rescheduled(let event): "rescheduled" + JobEvent.words(event.reason)
        case .leaseReleased(let event): "lease released: \(event.reason)"
        case .checkpointOpened(let event): "\(event.checkpoint) opened"
        case .checkpointDecided(let event):
            "\(event.checkpoint) decided: \(event.choice.rawValue)" + JobEvent.words(event.reason)
        case .checkpointExpired(let event): "\(event.checkpoint) expired: \(event.action.rawValue)"
        case .checkpointRefused(let event): "\(event.checkpoint) refused: \(event.choice.rawValue)"
        case .signalReceived(let event): "\(event.signal) received: \(event.payload.words)"
        case .signalConsumed(let event): "\(event.signal) consumed"
        case .timerSet(let event): "\(event.wait) set"
        case .timerFired(let event): event.wait.map { "\($0) fired" } ?? "due"
        case .childSpawned(let event): "\(event.child) spawned"
        case .childFinished(let event): "\(event.child) finished: \(event.state.rawValue)"
        case .appEmitted(let event): "emitted \(event.name): \(event.payload.words)"
        case .artifactSaved(let event): "artifact \(event.name) saved"
        case .logWritten(let event): "log \(event.level.rawValue): \(event.message)"
        default: kind.rawValue
        }
    }

    private static func words(_ reason: String?) -> String { reason.map { ": \($0)" } ?? "" }
}

extension JobFailure {
    /// The error's type and what it said.
    var words: String { "\(type): \(message)" }
}

extension Payload {
    /// The beginning of the value, or where it is kept.
    var words: String {
        switch self {
        case .inline(let value): value.text.count > 80 ? value.text.prefix(80) + "..." : value.text
        case .stored(let reference):
            "\(reference.bytes) bytes beside the log, SHA-256 \(reference.sha256.prefix(12))..."
        }
    }
}
