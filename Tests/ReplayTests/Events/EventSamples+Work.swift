import HoldfastCore

// What a handler writes while it runs.
extension EventSamples {
    static let stepCompleted: [JobEvent] =
        payloads.map {
            .stepCompleted(StepCompleted(step: steps[0], output: $0, duration: 1_250_000))
        } + [
            .stepCompleted(
                StepCompleted(
                    step: steps[1], output: .null, duration: 5,
                    reusedFrom: EventLogPosition(9_007_199_254_740_993)))
        ]

    static let stepFailed: [JobEvent] = [
        .stepFailed(StepFailed(step: steps[0], failure: failures[0], retryAt: moment)),
        .stepFailed(
            StepFailed(
                step: steps[1], failure: JobFailure(type: "LedgerError", message: "", step: steps[1]))),
    ]

    static let progressUpdated: [JobEvent] = [
        .progressUpdated(
            Progress(
                .count(done: 750, total: 1200), phase: "inserting", message: "row 750 of 1,200",
                counters: ["skipped": 3, "bytes": 9_007_199_254_740_993, "a b": -1])),
        .progressUpdated(Progress(.count(done: 9, total: nil))),
        .progressUpdated(Progress(.fraction(0.625), phase: "hashing")),
        .progressUpdated(Progress()),
    ]

    static let logWritten: [JobEvent] =
        LogLevel.allCases.map { .logWritten(LogWritten(level: $0, message: "read 1,200 rows")) } + [
            .logWritten(
                LogWritten(
                    level: .warning, message: "",
                    metadata: JSONText(unchecked: #"{"file":"ledger.csv","row":7,"columns":["a","b"]}"#)))
        ]

    static let artifactSaved: [JobEvent] = [
        ArtifactSaved(
            name: "rapports/bücher 📒.pdf", mediaType: "application/pdf", bytes: 9_007_199_254_740_993,
            sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ArtifactSaved(name: "empty", mediaType: .text, bytes: 0, sha256: ""),
    ].map(JobEvent.artifactSaved)

    static let budgetCharged: [JobEvent] = [
        BudgetCharged(amount: 0.0125, unit: "usd", total: 4.1, step: steps[0], note: "a model of 8 billion"),
        BudgetCharged(amount: 1_200, unit: "tokens", total: 999_999_999_999.999_999),
    ].map(JobEvent.budgetCharged)

    static let appEmitted: [JobEvent] = payloads.map {
        .appEmitted(AppEmitted(name: "ledger.balanced", payload: $0))
    }
}
