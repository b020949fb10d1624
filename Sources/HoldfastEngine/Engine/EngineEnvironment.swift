public import HoldfastCore
import HoldfastStore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where an engine gets time and chance from: the one place at which the real ones are named.
public struct EngineEnvironment: Sendable {
    /// The moment now, for what is recorded.
    public let now: @Sendable () -> Timestamp
    /// Waits for a length of time; throws `CancellationError` when the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// Random bits that nobody can foresee.
    public let random: @Sendable () -> UInt64

    /// Injects time and chance.
    public init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// The machine's clocks and the system's random numbers.
    public static let system = EngineEnvironment(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
        },
        sleep: { try await ContinuousClock().sleep(for: $0) },
        random: {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        })

    var log: LogEnvironment { LogEnvironment(now: now, random: random) }
}
