import HoldfastCore

// What retention did.
extension EventSamples {
    static let pruned: [EngineEvent] = [
        EnginePruned(
            jobs: [
                PrunedJob(
                    id: job, kind: "ledger.import", state: .completed, first: EventLogPosition(17),
                    isPartly: false)
            ],
            events: 12, ranges: RangeSeal(count: 3, sha256: RequestSamples.digest),
            reason: "older than 30 days"),
        EnginePruned(
            jobs: [
                PrunedJob(
                    id: job, kind: "ledger.import", state: .failed, first: EventLogPosition(1), isPartly: true
                )
            ],
            events: 500, ranges: RangeSeal(count: 1, sha256: RequestSamples.digest)),
    ].map(EngineEvent.pruned)
}
