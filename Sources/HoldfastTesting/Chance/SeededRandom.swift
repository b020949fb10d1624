import Synchronization

/// Draws the same numbers for the same seed, so that a failing run can be repeated.
///
/// The generator is SplitMix64: fast and well mixed, and of no use for secrets.
public struct SeededRandom: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    /// Starts the sequence of a seed.
    ///
    /// Any number will do, also 0.
    public init(seed: UInt64) { state = seed }

    /// Draws the next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Makes a function that draws the numbers which follow, for whoever is given chance as a function.
    ///
    /// It may be called from several threads; who gets which number depends on who comes first then.
    public func source() -> @Sendable () -> UInt64 {
        let source = SharedSource(self)
        return { source.next() }
    }
}

/// Lets several threads draw from one sequence.
private final class SharedSource: Sendable {
    private let generator: Mutex<SeededRandom>

    init(_ generator: SeededRandom) { self.generator = Mutex(generator) }

    func next() -> UInt64 { generator.withLock { $0.next() } }
}
