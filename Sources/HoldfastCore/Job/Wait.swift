/// What a job can wait for.
public enum WaitKind: String, Hashable, Sendable, CaseIterable {
    /// A person's decision.
    case checkpoint
    /// A fact from outside.
    case signal
    /// A moment.
    case timer
    /// The end of another job that this one began.
    case child
}

/// Finds a wait of a job again: by its kind, its name and by how many of that name came before it in the handler.
public struct WaitKey: Hashable, Sendable, CustomStringConvertible {
    /// What is waited for.
    public let kind: WaitKind
    /// The name that the handler gave it.
    public let name: WaitName
    /// Which wait of that kind and name it is, counted from 1.
    public let occurrence: Int

    /// Names a wait.
    public init(_ kind: WaitKind, _ name: WaitName, occurrence: Int = 1) {
        self.kind = kind
        self.name = name
        self.occurrence = occurrence
    }

    /// The kind, the name and the occurrence, such as `checkpoint post-to-books#1`.
    public var description: String { "\(kind.rawValue) \(name)#\(occurrence)" }
}

/// What has to happen before a waiting job goes on.
public enum WaitReason: Hashable, Sendable {
    /// One wait ends, at the latest at `until` where it has a deadline.
    case wait(WaitKey, until: Timestamp?)
    /// The children of a name end.
    case children(WaitName, GroupEnd)
}

/// When waiting for several children is over.
public enum GroupEnd: String, Hashable, Sendable, CaseIterable {
    /// All of them have ended, however.
    case all
    /// All of them have ended, or one has failed or was cancelled.
    case firstFailure = "first_failure"
}

/// What a person decides at a checkpoint.
public enum CheckpointChoice: String, Hashable, Sendable, CaseIterable {
    case approve, reject

    /// The status of a checkpoint that was decided so.
    public var status: WaitStatus {
        switch self {
        case .approve: .approved
        case .reject: .rejected
        }
    }
}

/// What happens to a checkpoint that nobody decided before its deadline.
public enum DeadlineAction: String, Hashable, Sendable, CaseIterable {
    /// It counts as approved, by the engine.
    case approve
    /// It counts as rejected, by the engine.
    case reject
    /// The job fails, without another attempt.
    case fail

    /// The status of a checkpoint whose deadline passed.
    public var status: WaitStatus {
        switch self {
        case .approve: .approved
        case .reject: .rejected
        case .fail: .expired
        }
    }
}

/// How far a wait has come.
public enum WaitStatus: String, Hashable, Sendable, CaseIterable {
    /// Nothing happened yet.
    case open
    /// The checkpoint was approved.
    case approved
    /// The checkpoint was rejected.
    case rejected
    /// The deadline passed: of a checkpoint that fails then, or of a wait for a signal.
    case expired
    /// The signal came; the handler has not taken it yet.
    case received
    /// The handler has taken the signal.
    case consumed
    /// The moment was reached.
    case fired
    /// The child ended.
    case finished
    /// The job ended first. A new life of the job may open the wait again.
    case closed

    /// Tells whether the handler can go on with what the log holds.
    public var isOver: Bool {
        switch self {
        case .open, .closed: false
        case .approved, .rejected, .expired, .received, .consumed, .fired, .finished: true
        }
    }
}
