import HoldfastCore

// Requests and what they were answered with.
extension EventSamples {
    static let requestAnswered: [EngineEvent] = [
        RequestAnswered(
            scope: RequestScope(id: "order 2217", kind: "ledger.import", owner: "ana@example.com"),
            sha256: RequestSamples.digest, answer: .job(job)),
        RequestAnswered(
            scope: RequestScope(id: "order 2217", kind: "ledger.import", owner: nil),
            sha256: RequestSamples.digest, answer: .job(job)),
        RequestAnswered(
            scope: RequestScope(id: "night", kind: nil, owner: "ana@example.com"),
            sha256: RequestSamples.digest, answer: .bulk(bulk)),
    ].map(EngineEvent.requestAnswered)
}

enum RequestSamples {
    static let digest = "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"
}
