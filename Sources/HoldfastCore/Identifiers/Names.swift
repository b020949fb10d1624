// Every name of the domain, as a type of its own, so that the compiler refuses to mix them up.

/// Names a kind of job, such as `ledger.import`.
///
/// It is stored and never derived from a Swift type's name.
public struct JobKind: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names a lane that jobs wait in.
public struct QueueName: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names a memoised piece inside a job.
///
/// A step is found again by its name and its occurrence.
public struct StepName: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names a place at which a job waits: a checkpoint, a signal, a sleep or a child.
///
/// Such a place is found again by its kind, its name and its occurrence.
public struct WaitName: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names a running loop that executes jobs of some queues.
///
/// It is shown to people and never decides ownership.
public struct WorkerID: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names one running engine instance; its leases carry it, so that the death of its process can be proved.
public struct EngineID: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names a piece of work, so that the same work is not enqueued twice by one owner and kind.
public struct JobKey: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names one request of a client's, so that the same request, sent again, is known.
public struct RequestKey: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names what only so many jobs of a queue may be about at once, such as a customer.
public struct LimitKey: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names who a job belongs to: the subject of whoever enqueued it.
public struct Owner: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Marks a job for filters.
public struct JobTag: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// Names a schedule.
public struct ScheduleName: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

extension QueueName {
    /// The lane of jobs that were enqueued without naming one.
    public static let `default`: QueueName = "default"
}
