import HoldfastCore

// The events of logs that are moved.
extension EventSamples {
    private static let log = "000102030405060708090a0b0c0d0e0f"

    static let imported = EngineEvent.jobImported(
        JobImported(
            job: job, log: log, events: 3, first: EventLogPosition(1041), last: EventLogPosition(1060),
            hash: RequestSamples.digest, sha256: RequestSamples.digest))

    static let restored = EngineEvent.logRestored(
        LogRestored(log: log, position: EventLogPosition(1060), hash: RequestSamples.digest))
}
