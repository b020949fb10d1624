import HoldfastCore
public import HoldfastEngine
import Synchronization

extension EngineEnvironment {
    private static let count = Mutex<UInt64>(0)

    /// Gives an engine the time of a clock that a test moves by hand, and chance that repeats.
    ///
    /// Each call draws from another sequence, because two engines on one store must not have the same id.
    public static func testing(clock: ManualClock) -> EngineEnvironment {
        let seed = count.withLock { count in
            count += 1
            return count
        }
        return EngineEnvironment(
            now: { clock.timestamp }, sleep: { try await clock.wait(until: clock.timestamp + $0) },
            wait: { try await clock.wait(until: $0) }, random: SeededRandom(seed: seed).source())
    }
}
