/// Says what a key means for a request to enqueue.
public struct EnqueueTerms: Hashable, Sendable {
    /// For how long a job keeps its key, and what happens to a request that meets it.
    public var unique: Uniqueness
    /// Gathers repeats of the request into one job that starts once they stop; nil to start as asked.
    ///
    /// It replaces what `unique` says: whoever waits to start keeps the key, and whoever has started does not.
    public var debounce: Debounce?

    /// Gathers terms; the standard ones give back the unfinished job of the key.
    public init(unique: Uniqueness = .whileUnfinished, debounce: Debounce? = nil) {
        self.unique = unique
        self.debounce = debounce
    }

    /// The unfinished job of the key is given back.
    public static let standard = EnqueueTerms()
}

/// Says for how long a job keeps its key, and what happens to a request that meets it.
public struct Uniqueness: Hashable, Sendable {
    /// For how long a job keeps its key.
    public enum Period: Hashable, Sendable {
        /// Until it has ended.
        case whileUnfinished
        /// For this long after it was enqueued, whether it has ended or not; later it does not keep it.
        case within(Duration)
    }

    /// What happens to a request whose key is kept by a job.
    public enum Conflict: String, Hashable, Sendable, CaseIterable {
        /// The job that keeps the key is given back.
        case returnExisting = "return"
        /// The request is refused, and the refusal names the job.
        case reject
        /// A job that waits is cancelled with the reason `replaced`, and the new one takes its place.
        ///
        /// A job that has begun to run, or has ended, cannot be replaced: the request is refused.
        case replace
    }

    /// For how long a job keeps its key.
    public var period: Period
    /// What happens to a request whose key is kept.
    public var onConflict: Conflict

    /// Puts both together.
    public init(_ period: Period = .whileUnfinished, onConflict: Conflict = .returnExisting) {
        self.period = period
        self.onConflict = onConflict
    }

    /// A job keeps its key until it has ended, and is given back until then.
    public static let whileUnfinished = Uniqueness(.whileUnfinished)

    /// Keeps a key for a length of time after the job was enqueued.
    public static func within(
        _ period: Duration, onConflict: Conflict = .returnExisting
    ) -> Uniqueness {
        Uniqueness(.within(period), onConflict: onConflict)
    }

    /// Tells whether a job of the key keeps it at a moment.
    public func isKept(by job: JobState, at now: Timestamp) -> Bool {
        switch period {
        case .whileUnfinished: !job.phase.name.isEnded
        case .within(let period): now < job.origin.enqueuedAt + period
        }
    }
}

/// Says how repeats of a request are gathered into one job.
public struct Debounce: Hashable, Sendable {
    /// How long no repeat must come before the job starts.
    public var wait: Duration
    /// How long repeats may keep the job from starting, from the first of them on; nil for as long as they come.
    public var maximum: Duration?

    /// Makes terms; lengths below zero are zero.
    public init(_ wait: Duration, maximum: Duration? = nil) {
        self.wait = max(.zero, wait)
        self.maximum = maximum.map { max(.zero, $0) }
    }
}

/// What a job that gathers repeats keeps of the first of them.
public struct DebounceMark: Hashable, Sendable {
    /// The moment beyond which no repeat pushes the due time; nil for none.
    public var latest: Timestamp?
    /// The SHA-256 of the input in lower-case hexadecimal, by which a repeat with the same input is known.
    public var inputDigest: String

    /// Puts both together.
    public init(latest: Timestamp?, inputDigest: String) {
        self.latest = latest
        self.inputDigest = inputDigest
    }
}

/// Why a request to enqueue was refused.
///
/// Nothing was written.
public enum EnqueueRejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// No worker ever announced this kind in this log.
    case unknownKind(JobKind)
    /// A job keeps the key, and the request asked to be refused then or to replace what has begun.
    case duplicate(JobID)
    /// A request can only gather repeats under a key.
    case debounceWithoutKey

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .unknownKind(let kind):
            "no worker ever announced jobs of kind \"\(kind)\" here: check the name, start its worker first, or accept any kind"
        case .duplicate(let job): "job \(job) has this key already, and nothing was added"
        case .debounceWithoutKey: "a debounce needs a key, by which repeats are known"
        }
    }
}
