/// How far a job is, as far as it is known.
struct ProgressState: Hashable, Sendable {
    /// What the job is doing now, or nil.
    var phase: String?
    /// The newest remark of the job, or nil.
    var message: String?
    /// The part that is done, from 0 to 1, if the job said so; it wins over `done` and `total`.
    var fraction: Double?
    /// Things done, or nil when the job does not count.
    var done: Int64?
    /// Things in all, or nil while that is unknown; zero or below counts as unknown.
    var total: Int64?
    /// The plural name of the things, or the empty text.
    var unit = ""
    /// Things done per second now, or nil while that is unknown; `ProgressRate` measures it.
    var ratePerSecond: Double?
    /// Microseconds since the job started, or nil.
    var elapsedMicroseconds: Int64?

    /// The part that is done, from 0 to 1, or nil when it cannot be known; never NaN.
    var completion: Double? {
        if let fraction, !fraction.isNaN { return min(max(fraction, 0), 1) }
        guard let done, let total, total > 0 else { return nil }
        return min(max(Double(done) / Double(total), 0), 1)
    }

    /// The microseconds that the rest will probably take, or nil when nothing tells, or when it is
    /// beyond a year.
    ///
    /// It rests on the rate if things are counted, else on the elapsed time.
    var remainingMicroseconds: Int64? {
        guard let completion, completion < 1 else { return nil }
        let estimate: Double
        if let done, let total, total > done {
            guard let rate = ratePerSecond, rate > 0 else { return nil }
            estimate = (Double(total) - Double(done)) / rate * 1_000_000
        } else {
            guard let elapsed = elapsedMicroseconds, elapsed > 0, completion > 0 else { return nil }
            estimate = Double(elapsed) * (1 - completion) / completion
        }
        return estimate.isFinite && estimate < 31_536_000_000_000 ? Int64(estimate) : nil
    }
}
