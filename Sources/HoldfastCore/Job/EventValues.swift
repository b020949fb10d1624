/// A value of a user's own: kept in the event itself, or beside the log when it is large.
public enum Payload: Hashable, Sendable {
    /// The value as the event holds it.
    case inline(JSONText)
    /// Where to find a value above the limit for inline values.
    case stored(PayloadReference)

    /// The value `null`, held inline.
    public static let null = Payload.inline(.null)
}

/// Points to a value in the content-addressed `payloads` table.
public struct PayloadReference: Hashable, Sendable {
    /// The SHA-256 of the text, in lower-case hexadecimal.
    public let sha256: String
    /// The length of the text in bytes.
    public let bytes: Int64

    /// Points to the value with this digest and length.
    public init(sha256: String, bytes: Int64) {
        self.sha256 = sha256
        self.bytes = bytes
    }
}

/// Finds a step again: by its name and by how many steps of that name came before it in the handler.
public struct StepKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The step's name.
    public let name: StepName
    /// Which step of that name it is, counted from 1.
    public let occurrence: Int

    /// Names a step.
    public init(_ name: StepName, occurrence: Int = 1) {
        self.name = name
        self.occurrence = occurrence
    }

    /// The name and the occurrence, such as `insert#2`.
    public var description: String { "\(name)#\(occurrence)" }

    /// Orders by the bytes of the name, then by occurrence, as stores list steps.
    public static func < (left: Self, right: Self) -> Bool {
        (left.name, left.occurrence) < (right.name, right.occurrence)
    }
}

/// What went wrong, in a form that is kept.
public struct JobFailure: Hashable, Sendable {
    /// The error's type, for grouping.
    public var type: String
    /// What it said.
    public var message: String
    /// The step in which it happened; nil outside of steps.
    public var step: StepKey?

    /// Describes an error.
    public init(type: String, message: String, step: StepKey? = nil) {
        self.type = type
        self.message = message
        self.step = step
    }
}

/// Why a failed job gets no further attempt.
public enum FailureCause: String, Hashable, Sendable, CaseIterable {
    /// All attempts of the policy were used.
    case attemptsExhausted = "attempts_exhausted"
    /// The handler said that another attempt is of no use.
    case discarded
}

/// How the reaper found out that a holder is gone.
public enum LeaseLoss: String, Hashable, Sendable, CaseIterable {
    /// The lease ran out without being renewed.
    case unrenewed
    /// The operating system released the lock that the holder's process kept: it is dead.
    case processDied = "process_died"
}

/// How serious a logged line is; the levels of swift-log.
public enum LogLevel: String, Hashable, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

/// Which of a queue's jobs run first: higher numbers first, then the older ones.
public struct JobPriority: Hashable, Comparable, Sendable {
    /// From -100 to 100, inclusive.
    public let value: Int

    /// Makes a priority; nil outside of -100 to 100.
    public init?(_ value: Int) {
        guard (-100...100).contains(value) else { return nil }
        self.value = value
    }

    private init(known value: Int) { self.value = value }

    /// Before ordinary jobs (10).
    public static let high = JobPriority(known: 10)
    /// Where nothing else was said (0).
    public static let normal = JobPriority(known: 0)
    /// After ordinary jobs (-10).
    public static let low = JobPriority(known: -10)

    /// Orders by urgency: the higher one runs first.
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
