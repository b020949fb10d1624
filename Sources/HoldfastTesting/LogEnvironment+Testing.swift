public import HoldfastStore

extension LogEnvironment {
    /// Gives a log the time of a clock that a test moves by hand, and chance that repeats.
    ///
    /// Two logs with the same seed and the same commands in the same order write the same bytes, hashes
    /// included.
    public static func testing(
        clock: ManualClock, random: SeededRandom = SeededRandom(seed: 1)
    ) -> LogEnvironment {
        LogEnvironment(now: { clock.timestamp }, random: random.source())
    }
}
