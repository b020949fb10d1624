/// Says how often an attempt is repeated after an error and how long to wait in between.
///
/// The policy is recorded with the job, so that changing the program does not change what was promised to jobs that
/// wait already.
public struct RetryPolicy: Hashable, Sendable {
    /// How many attempts one life of a job has, from 1.
    ///
    /// Crashes and drains do not use them up.
    public var maxAttempts: Int
    /// How long to wait before the next attempt.
    public var backoff: Backoff
    /// How far a wait may be lengthened by chance, as a part of it from 0 to 1, so that jobs that failed together do
    /// not come back together.
    public var jitter: Double

    /// Makes a policy; numbers outside of their bounds are moved to the nearest bound.
    public init(maxAttempts: Int, backoff: Backoff, jitter: Double = 0.2) {
        self.maxAttempts = max(1, maxAttempts)
        self.backoff = backoff
        self.jitter = jitter.isNaN ? 0 : min(1, max(0, jitter))
    }

    /// Five attempts, after 1 s, 2 s, 4 s and 8 s, up to a fifth longer each.
    public static let standard = RetryPolicy.exponential(maxAttempts: 5)
    /// One attempt only.
    public static let none = RetryPolicy(maxAttempts: 1, backoff: .none, jitter: 0)

    /// Waits that grow by a factor up to a longest one.
    public static func exponential(
        maxAttempts: Int, initial: Duration = .seconds(1), factor: Double = 2,
        maximum: Duration = .seconds(3600),
        jitter: Double = 0.2
    ) -> RetryPolicy {
        RetryPolicy(
            maxAttempts: maxAttempts,
            backoff: .exponential(initial: initial, factor: factor, maximum: maximum),
            jitter: jitter)
    }

    /// Waits of one length.
    public static func constant(maxAttempts: Int, every wait: Duration, jitter: Double = 0) -> RetryPolicy {
        RetryPolicy(maxAttempts: maxAttempts, backoff: .constant(wait), jitter: jitter)
    }

    /// Waits of a list: the first after the first failure and so on, the last one for all further failures.
    ///
    /// There is one attempt more than there are waits, unless `maxAttempts` says otherwise.
    public static func waits(
        _ waits: [Duration], maxAttempts: Int? = nil, jitter: Double = 0
    ) -> RetryPolicy {
        RetryPolicy(maxAttempts: maxAttempts ?? waits.count + 1, backoff: .table(waits), jitter: jitter)
    }

    /// The wait after the `failures`-th failure in a row (from 1); `random` is from 0 up to 1.
    public func delay(afterFailures failures: Int, random: Double) -> Duration {
        let wait = backoff.wait(afterFailures: failures)
        return wait + wait * (jitter * min(1, max(0, random)))
    }
}

/// How the wait between attempts grows.
public enum Backoff: Hashable, Sendable {
    /// No wait.
    case none
    /// The same wait every time.
    case constant(Duration)
    /// `initial` after the first failure, `factor` times as long after each further one, at most `maximum`.
    case exponential(initial: Duration, factor: Double, maximum: Duration)
    /// The wait of each failure, the first one first; the last one stands for all further failures, and an empty
    /// list for no wait.
    case table([Duration])

    /// The wait after the `failures`-th failure in a row, without chance.
    func wait(afterFailures failures: Int) -> Duration {
        switch self {
        case .none: return .zero
        case .constant(let wait): return max(.zero, wait)
        case .table(let waits):
            guard let last = waits.last else { return .zero }
            return max(.zero, failures <= waits.count ? waits[max(1, failures) - 1] : last)
        case .exponential(let initial, let factor, let maximum):
            var wait = max(.zero, min(initial, maximum))
            var remaining = failures
            while remaining > 1 && wait < maximum && wait != .zero && factor > 1 {
                // Compared first, because a Duration cannot hold what a few hundred doublings give.
                wait = factor >= maximum / wait ? maximum : wait * factor
                remaining -= 1
            }
            return wait
        }
    }
}
