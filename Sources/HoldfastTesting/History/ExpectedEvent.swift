public import HoldfastCore

/// One event that a test expects in a job's history.
public struct ExpectedEvent: Sendable, CustomStringConvertible {
    /// The event's kind.
    public let kind: EventKind
    /// The event in the words of a difference.
    public let description: String
    let matches: @Sendable (JobEvent) -> Bool

    /// Expects an event of a kind that meets a condition.
    ///
    /// - Parameters:
    ///   - kind: The event's kind.
    ///   - description: The event in the words of a difference; the name of its kind where nothing is said.
    ///   - condition: Whether an event of the kind is the one.
    public init(
        _ kind: EventKind, _ description: String? = nil,
        where condition: @escaping @Sendable (JobEvent) -> Bool = { _ in true }
    ) {
        self.kind = kind
        self.description = description ?? kind.rawValue
        matches = { $0.kind == kind && condition($0) }
    }

    /// Any event of a kind.
    public static func any(_ kind: EventKind) -> ExpectedEvent { ExpectedEvent(kind) }

    /// The job was enqueued.
    public static let enqueued = ExpectedEvent(.jobEnqueued)
    /// An attempt began; when it was taken up again, after a wait or a stop, is left out.
    public static let started = ExpectedEvent(.jobStarted)
    /// An attempt failed and another one follows.
    public static let attemptFailed = ExpectedEvent(.jobAttemptFailed, "attempt failed")
    /// The job ended with its output.
    public static let completed = ExpectedEvent(.jobCompleted, "completed")
    /// The job failed.
    public static let failed = ExpectedEvent(.jobFailed, "failed")
    /// The job was cancelled.
    public static let cancelled = ExpectedEvent(.jobCancelled, "cancelled")
    /// The job was paused.
    public static let paused = ExpectedEvent(.jobPaused, "paused")
    /// The job was resumed by somebody.
    public static let unpaused = ExpectedEvent(.jobUnpaused)
    /// The job was put off by its handler.
    public static let snoozed = ExpectedEvent(.jobRescheduled, "rescheduled")
    /// A new life began.
    public static let retried = ExpectedEvent(.jobRetried)

    /// The job ended with this output, which is compared as the JSON that is stored.
    public static func completed(_ output: JSONText) -> ExpectedEvent {
        ExpectedEvent(.jobCompleted, "completed: \(Payload.inline(output).words)") { event in
            guard case .completed(let event) = event else { return false }
            return event.output == .inline(output)
        }
    }

    /// A step's result was recorded.
    ///
    /// - Parameters:
    ///   - name: The step's name.
    ///   - occurrence: Which of that name it is, counted from 1; any where nothing is said.
    /// - Returns: The expectation.
    public static func step(_ name: StepName, _ occurrence: Int? = nil) -> ExpectedEvent {
        of(.stepCompleted, name, occurrence, "completed")
    }

    /// A step failed.
    ///
    /// - Parameters:
    ///   - name: The step's name.
    ///   - occurrence: Which of that name it is, counted from 1; any where nothing is said.
    /// - Returns: The expectation.
    public static func stepFailed(_ name: StepName, _ occurrence: Int? = nil) -> ExpectedEvent {
        of(.stepFailed, name, occurrence, "failed")
    }

    /// A checkpoint was opened.
    public static func checkpoint(_ name: WaitName, _ occurrence: Int? = nil) -> ExpectedEvent {
        of(.checkpointOpened, .checkpoint, name, occurrence, "opened")
    }

    /// A checkpoint was approved.
    public static func approved(_ name: WaitName) -> ExpectedEvent {
        decided(name, .approve)
    }

    /// A checkpoint was rejected.
    public static func rejected(_ name: WaitName) -> ExpectedEvent { decided(name, .reject) }

    /// A checkpoint's deadline was reached.
    public static func expired(_ name: WaitName) -> ExpectedEvent {
        of(.checkpointExpired, .checkpoint, name, nil, "expired")
    }

    /// A signal came.
    public static func signal(_ name: WaitName, _ occurrence: Int? = nil) -> ExpectedEvent {
        of(.signalReceived, .signal, name, occurrence, "received")
    }

    /// A sleep began.
    public static func timer(_ name: WaitName, _ occurrence: Int? = nil) -> ExpectedEvent {
        of(.timerSet, .timer, name, occurrence, "set")
    }

    /// A sleep ended.
    public static func timerFired(_ name: WaitName, _ occurrence: Int? = nil) -> ExpectedEvent {
        of(.timerFired, .timer, name, occurrence, "fired")
    }

    /// A child was enqueued.
    public static func child(_ name: WaitName, _ occurrence: Int? = nil) -> ExpectedEvent {
        of(.childSpawned, .child, name, occurrence, "spawned")
    }

    /// A child ended.
    public static func childFinished(_ name: WaitName, _ occurrence: Int? = nil) -> ExpectedEvent {
        of(.childFinished, .child, name, occurrence, "finished")
    }

    /// The application's own event.
    public static func emitted(_ name: String) -> ExpectedEvent {
        ExpectedEvent(.appEmitted, "emitted \(name)") { event in
            guard case .appEmitted(let event) = event else { return false }
            return event.name == name
        }
    }

    // MARK: -

    private static func of(
        _ kind: EventKind, _ name: StepName, _ occurrence: Int?, _ word: String
    ) -> ExpectedEvent {
        ExpectedEvent(kind, "step \(name)\(occurrence.map { "#\($0)" } ?? "") \(word)") { event in
            event.step.map { $0.name == name && occurrence ?? $0.occurrence == $0.occurrence } ?? false
        }
    }

    private static func of(
        _ kind: EventKind, _ wait: WaitKind, _ name: WaitName, _ occurrence: Int?, _ word: String
    ) -> ExpectedEvent {
        let text = "\(wait.rawValue) \(name)\(occurrence.map { "#\($0)" } ?? "") \(word)"
        return ExpectedEvent(kind, text) { event in
            guard let key = event.wait, key.kind == wait, key.name == name else { return false }
            return occurrence ?? key.occurrence == key.occurrence
        }
    }

    private static func decided(_ name: WaitName, _ choice: CheckpointChoice) -> ExpectedEvent {
        ExpectedEvent(.checkpointDecided, "checkpoint \(name) decided: \(choice.rawValue)") { event in
            guard case .checkpointDecided(let event) = event else { return false }
            return event.checkpoint.name == name && event.choice == choice
        }
    }
}
