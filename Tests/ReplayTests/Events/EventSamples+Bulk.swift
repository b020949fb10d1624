import HoldfastCore

// What happens to many jobs at once.
extension EventSamples {
    static let bulk: BulkID = "0199c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"

    private static let lastLooked = JobID(high: 0x0199_c2f4_9a3b_7c51, low: 0x8d2e_6f0a_1b2c_3d4e)

    static let bulkStarted: [BulkStarted] =
        [
            BulkStarted(
                id: bulk, command: .retry(reason: reasons[0]),
                filter: JobFilter(
                    phases: [.failed, .cancelled], kind: "ledger.import", queue: "imports", tag: "bücher",
                    owner: "ana@example.com"),
                spread: .seconds(600), through: lastLooked)
        ]
        + commands.map { BulkStarted(id: bulk, command: $0, filter: JobFilter()) }

    private static let commands: [BulkAction] = [
        .cancel(reason: nil), .pause(reason: nil, within: .seconds(30)), .resume(reason: nil),
        .retry(reason: nil), .reprioritise(.low, reason: reasons[0]), .reschedule(moment, reason: nil),
    ]

    static let counts = [
        BulkCount(matched: 1200, changed: 1100, refused: 60, cursor: lastLooked), BulkCount(),
    ]
}
