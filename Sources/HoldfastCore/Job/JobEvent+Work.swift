// The events of leases, steps, logs and the application's own.

/// Records that a worker gave the job back, as it does when its process is told to stop.
///
/// The attempt does not change.
public struct LeaseReleased: Hashable, Sendable {
    /// The lease that ended.
    public var token: LeaseToken
    /// Why, such as `drain`.
    public var reason: String

    /// Puts the event's values together.
    public init(token: LeaseToken, reason: String) {
        self.token = token
        self.reason = reason
    }
}

/// Records that the holder is gone: a crash.
///
/// The attempt does not change; crashes are counted apart from errors.
public struct LeaseExpired: Hashable, Sendable {
    /// The lease that ended.
    public var token: LeaseToken
    /// The worker that held it.
    public var worker: WorkerID
    /// How the crash was found.
    public var cause: LeaseLoss

    /// Puts the event's values together.
    public init(token: LeaseToken, worker: WorkerID, cause: LeaseLoss) {
        self.token = token
        self.worker = worker
        self.cause = cause
    }
}

/// Records that a step began to run.
public struct StepStarted: Hashable, Sendable {
    /// Which step.
    public var step: StepKey

    /// Puts the event's values together.
    public init(step: StepKey) {
        self.step = step
    }
}

/// Records a step's result.
///
/// It is never executed again.
public struct StepCompleted: Hashable, Sendable {
    /// Which step.
    public var step: StepKey
    /// What it returned.
    public var output: Payload
    /// How long it ran, in microseconds.
    public var duration: Int64
    /// Where the result was first recorded, in the job that this one was made from; nil for a result of its own.
    public var reusedFrom: EventLogPosition?

    /// Puts the event's values together.
    public init(step: StepKey, output: Payload, duration: Int64, reusedFrom: EventLogPosition? = nil) {
        self.reusedFrom = reusedFrom
        self.step = step
        self.output = output
        self.duration = duration
    }
}

/// Records that a step threw.
public struct StepFailed: Hashable, Sendable {
    /// Which step.
    public var step: StepKey
    /// What went wrong.
    public var failure: JobFailure
    /// When the step itself is tried again; nil when the error goes up to the handler.
    public var retryAt: Timestamp?

    /// Puts the event's values together.
    public init(step: StepKey, failure: JobFailure, retryAt: Timestamp? = nil) {
        self.step = step
        self.failure = failure
        self.retryAt = retryAt
    }
}

/// Reports a recorded step that today's code no longer asked for.
public struct StepUnused: Hashable, Sendable {
    /// Which step.
    public var step: StepKey

    /// Puts the event's values together.
    public init(step: StepKey) {
        self.step = step
    }
}

/// Records a line that the handler logged.
public struct LogWritten: Hashable, Sendable {
    /// How serious it is.
    public var level: LogLevel
    /// The line.
    public var message: String
    /// An object with further values.
    public var metadata: JSONText?

    /// Puts the event's values together.
    public init(level: LogLevel, message: String, metadata: JSONText? = nil) {
        self.level = level
        self.message = message
        self.metadata = metadata
    }
}

/// Records an event of the application's own.
public struct AppEmitted: Hashable, Sendable {
    /// The application's name for it, 1 to 200 bytes.
    public var name: String
    /// Any JSON value.
    public var payload: Payload

    /// Puts the event's values together.
    public init(name: String, payload: Payload) {
        self.name = name
        self.payload = payload
    }
}
