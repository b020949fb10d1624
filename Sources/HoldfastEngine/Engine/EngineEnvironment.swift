public import HoldfastCore
package import HoldfastStore
import Synchronization

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
    /// Waits until a moment; throws `CancellationError` when the task is cancelled.
    public let wait: @Sendable (Timestamp) async throws -> Void
    /// Random bits that nobody can foresee.
    public let random: @Sendable () -> UInt64
    /// Whether somebody may set the clock, so that long waits have to be looked at again; true for a wall clock.
    package var clockMayBeSet = true

    /// Injects time and chance.
    ///
    /// - Parameters:
    ///   - now: The moment now.
    ///   - sleep: Waits for a length of time.
    ///   - wait: Waits until a moment; nil for sleeping up to it. A clock that can be moved while somebody is about to
    ///     wait needs one of its own, so that the moment is not missed.
    ///   - random: Random bits.
    public init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void,
        wait: (@Sendable (Timestamp) async throws -> Void)? = nil, random: @escaping @Sendable () -> UInt64
    ) {
        self.now = now
        self.sleep = sleep
        self.wait = wait ?? { try await sleep($0 - now()) }
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
        random: { randomWords.next() })

    private static let randomWords = RandomWords()

    package var log: LogEnvironment { LogEnvironment(now: now, random: random) }
}

/// Hands out random bits of the operating system, which it asks for many at a time: each event takes some.
private final class RandomWords: Sendable {
    /// What `getentropy` gives at most, in words.
    private static let count = 32
    private let words = Mutex<[UInt64]>([])

    func next() -> UInt64 {
        words.withLock { words in
            if words.isEmpty { words = RandomWords.draw() }
            return words.removeLast()
        }
    }

    private static func draw() -> [UInt64] {
        var drawn = [UInt64](repeating: 0, count: count)
        let isFilled = drawn.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) == 0 }
        if isFilled { return drawn }
        // Only a system without that call comes here; this generator knows another way.
        var generator = SystemRandomNumberGenerator()
        return drawn.map { _ in generator.next() }
    }
}
