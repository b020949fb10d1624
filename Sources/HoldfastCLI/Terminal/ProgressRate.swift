/// Measures how fast something moves, over the last seconds only.
///
/// A job that goes on after a restart begins with much already done, and one that stalls keeps its
/// count; an average over the whole run would be wrong for both. Time is passed in, and memory is
/// bounded.
struct ProgressRate: Hashable, Sendable {
    private struct Sample: Hashable, Sendable {
        var at: Int64
        var done: Int64
    }

    /// How many samples span the window; those that come closer together replace one another.
    private static let resolution: Int64 = 32

    /// The time that counts, in microseconds.
    let window: Int64

    private var samples: [Sample] = []

    /// Makes a measure over a window in microseconds, at least 32.
    init(window: Int64 = 10_000_000) {
        self.window = max(Self.resolution, window)
    }

    /// Notes that `done` things are done at a time in microseconds.
    ///
    /// A count or a time that goes backwards starts the measure again.
    mutating func observe(done: Int64, at now: Int64) {
        let sample = Sample(at: now, done: done)
        if let last = samples.last, now < last.at || done < last.done { samples.removeAll() }
        if samples.count > 1, now - samples[samples.count - 2].at < window / Self.resolution {
            samples[samples.count - 1] = sample
        } else {
            samples.append(sample)
        }
        // The newest sample outside the window stays: it marks where the window begins.
        while samples.count > 2, samples[1].at <= now - window { samples.removeFirst() }
    }

    /// Returns the things per second up to a time in microseconds, or nil before there is anything
    /// to compare.
    ///
    /// It falls while nothing is observed, so a stall shows.
    func perSecond(at now: Int64) -> Double? {
        guard let first = samples.first, let last = samples.last, samples.count > 1 else { return nil }
        let elapsed = max(now, last.at) - first.at
        guard elapsed > 0 else { return nil }
        return Double(last.done - first.done) * 1_000_000 / Double(elapsed)
    }
}
