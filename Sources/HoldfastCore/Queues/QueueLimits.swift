/// What a queue allows; without any limit, jobs start as soon as a worker has a free place.
public struct QueueLimits: Hashable, Sendable {
    /// How many of its jobs run at once, over all processes on the file; nil for no limit.
    public var concurrency: Int?
    /// How many of its jobs run at once in each process; nil for no limit.
    public var perProcess: Int?
    /// How many of its jobs start within a window of time; nil for no limit.
    public var rate: QueueRate?
    /// Its share where queues compete for the places of a process, from 1; one of weight 3 gets three times as many
    /// as one of weight 1.
    public var weight: Int
    /// How many jobs with the same limit key run at once, over all processes on the file; nil for no limit.
    public var perKey: Int?

    /// Where nothing else was said: no limits, and the weight 1.
    public static let none = QueueLimits()

    /// Gathers limits.
    public init(
        concurrency: Int? = nil, perProcess: Int? = nil, rate: QueueRate? = nil, weight: Int = 1,
        perKey: Int? = nil
    ) {
        self.concurrency = concurrency
        self.perProcess = perProcess
        self.rate = rate
        self.weight = weight
        self.perKey = perKey
    }

    /// The greatest number that a limit may have, inclusive.
    public static let greatestCount = 1_000_000
    /// The greatest weight, inclusive.
    public static let greatestWeight = 1000

    /// Refuses values that make no sense.
    ///
    /// - Throws: `QueueRejection.invalidLimit` that names the first of them.
    public func validate() throws(QueueRejection) {
        let counts = [("concurrency", concurrency), ("per_process", perProcess), ("per_key", perKey)]
        for case (let name, let count?) in counts where !(1...QueueLimits.greatestCount).contains(count) {
            throw .invalidLimit(name, expected: "a whole number from 1 to \(QueueLimits.greatestCount)")
        }
        guard (1...QueueLimits.greatestWeight).contains(weight) else {
            throw .invalidLimit("weight", expected: "a whole number from 1 to \(QueueLimits.greatestWeight)")
        }
        try rate?.validate()
    }
}

/// Why a change of a queue was refused.
///
/// Nothing was written.
public enum QueueRejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// A limit is outside of what makes sense.
    case invalidLimit(String, expected: String)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .invalidLimit(let name, let expected): "\"\(name)\" should be \(expected)"
        }
    }
}
