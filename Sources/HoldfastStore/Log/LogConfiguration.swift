public import HoldfastCore

/// Limits of a log.
public struct LogConfiguration: Hashable, Sendable {
    /// A state of each job is kept after each so many of its events.
    ///
    /// It is fixed, so that a rebuild gives the same rows.
    public static let snapshotDistance: Int64 = 256

    /// How long a lease lasts without being renewed.
    public var leaseDuration: Duration = .seconds(30)
    /// The largest value, in bytes of JSON, that is kept inside its event; larger ones are kept beside the
    /// log.
    public var inlinePayloadLimit = 64 * 1024
    /// The largest value, in bytes of JSON, that is accepted.
    public var payloadLimit = 8 * 1024 * 1024
    /// The largest artifact, in bytes, that is accepted.
    public var artifactLimit: Int64 = 1 << 30
    /// How many bytes of an artifact are written in one transaction, from 1; the last ones are fewer.
    public var artifactChunkBytes = 256 * 1024
    /// How long a job has to give way when its parent was cancelled; nil for ever.
    package var cancelTimeout: Duration? = .seconds(60)
    /// How many states the writer remembers.
    public var cachedJobs = 16_384
    /// How many commands share a transaction at most.
    public var batchLimit = 1024
    /// How long something that must not block, such as progress, waits for a transaction to join.
    public var deferralLimit: Duration = .milliseconds(20)
    /// How many threads read.
    public var readers = 2
    /// How many of the newest events are kept in memory for those who follow the log.
    public var recentEvents = 8192
    /// How many bytes of their data are kept in memory at most.
    public var recentBytes = 16 * 1024 * 1024
    /// Whether nothing is ever written.
    ///
    /// Each write is refused with `LogIsReadOnly`, and no writer is opened: so the store may be one that is open for
    /// reading only, such as a copy on a medium that cannot be written.
    public var isReadOnly = false

    /// The standard limits.
    public init() {}
}

/// Where a log gets time and chance from.
public struct LogEnvironment: Sendable {
    /// The moment now.
    public let now: @Sendable () -> Timestamp
    /// Random bits that nobody can foresee.
    public let random: @Sendable () -> UInt64

    /// Injects time and chance.
    public init(now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> UInt64) {
        self.now = now
        self.random = random
    }

    /// 16 random bytes, as an identity that nobody else has.
    public func identity() -> [UInt8] { salt() }

    /// 16 random bytes.
    func salt() -> [UInt8] {
        let words = (random(), random())
        return withUnsafeBytes(of: words) { Array($0) }
    }
}
