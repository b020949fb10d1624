import HoldfastCore

// What a job waits for, and what comes of it.
extension EventSamples {
    /// One wait of each kind.
    static let waits = [
        WaitKey(.checkpoint, "post to books", occurrence: 2), WaitKey(.signal, "payment"),
        WaitKey(.timer, "settle"), WaitKey(.child, "pages", occurrence: 10_000),
    ]

    static let job = JobID(high: 0x019C_2F49_A3B7_7C51, low: 0x8D2E_6F0A_1B2C_3D4E)

    static let waiting: [JobEvent] = [
        .waiting(
            JobWaiting(
                reasons: waits.map { .wait($0, until: nil) } + [.wait(waits[0], until: moment)]
                    + GroupEnd.allCases.map { .children("pages", $0) }, hasMore: true)),
        .waiting(JobWaiting([])),
    ]

    static let checkpointOpened: [JobEvent] =
        payloads.map { .checkpointOpened(CheckpointOpened(checkpoint: waits[0], summary: $0)) }
        + DeadlineAction.allCases.map {
            .checkpointOpened(CheckpointOpened(checkpoint: waits[0], deadline: moment, onDeadline: $0))
        }

    static let checkpointDecided: [JobEvent] = CheckpointChoice.allCases.flatMap { choice in
        zip(reasons, payloads).map { reason, value in
            .checkpointDecided(
                CheckpointDecided(checkpoint: waits[0], choice: choice, reason: reason, value: value))
        }
    }

    static let checkpointExpired: [JobEvent] = DeadlineAction.allCases.map {
        .checkpointExpired(CheckpointExpired(checkpoint: waits[0], deadline: moment, action: $0))
    }

    static let checkpointRefused: [JobEvent] = reasons.map {
        .checkpointRefused(
            CheckpointRefused(
                checkpoint: waits[0], choice: .reject, reason: $0, status: .approved,
                first: EventLogPosition(9_007_199_254_740_993)))
    }

    static let signalReceived: [JobEvent] =
        payloads.map { .signalReceived(SignalReceived(signal: waits[1], payload: $0)) }
        + [
            .signalReceived(SignalReceived(signal: waits[1], payload: .null, request: "bank-2217")),
            .signalReceived(
                SignalReceived(
                    signal: waits[1], payload: .null, request: "bank-2218", sha256: RequestSamples.digest)),
        ]

    static let childFinished: [JobEvent] = [JobPhaseName.completed, .failed, .cancelled].map {
        .childFinished(
            ChildFinished(
                child: waits[3], job: job, state: $0, ending: EventLogPosition(12), isRepeated: $0 == .failed)
        )
    }
}
