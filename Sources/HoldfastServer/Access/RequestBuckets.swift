import HoldfastCore
import Synchronization

/// Counts the requests of each caller.
final class RequestBuckets: Sendable {
    private let buckets = Mutex<[Owner: RequestBucket]>([:])
    private let rate: Int?
    private let burst: Int

    init(_ limits: RequestLimits) {
        rate = limits.requestsPerSecond
        burst = max(1, limits.requestBurst)
    }

    /// Takes a request into account.
    ///
    /// - Throws: `AccessFault.tooManyRequests` when there are too many.
    func take(_ caller: Owner, at now: Timestamp) throws(AccessFault) {
        guard let rate else { return }
        let burst = burst
        let wait = buckets.withLock { buckets in
            // Those that are full again say nothing.
            if buckets.count > 4_096 { buckets = buckets.filter { !$0.value.isFull(at: now, burst, rate) } }
            return buckets[caller, default: RequestBucket(level: Double(burst), at: now)]
                .take(at: now, burst, rate)
        }
        if let wait { throw .tooManyRequests(wait: wait) }
    }
}

/// A token bucket: it fills at a steady rate, and each request takes one out.
struct RequestBucket: Hashable, Sendable {
    private(set) var level: Double
    private(set) var at: Timestamp

    init(level: Double, at: Timestamp) {
        self.level = level
        self.at = at
    }

    /// Takes one out.
    ///
    /// - Returns: How long to wait when there is none; nil when there was one.
    mutating func take(at now: Timestamp, _ burst: Int, _ rate: Int) -> Duration? {
        level = level(at: now, burst, rate)
        at = now
        guard level < 1 else {
            level -= 1
            return nil
        }
        return .seconds((1 - level) / Double(rate))
    }

    /// Whether nothing was taken out for long enough.
    func isFull(at now: Timestamp, _ burst: Int, _ rate: Int) -> Bool {
        level(at: now, burst, rate) >= Double(burst)
    }

    private func level(at now: Timestamp, _ burst: Int, _ rate: Int) -> Double {
        // A clock that was set back fills nothing and takes nothing.
        let seconds = Double(max(0, (now - at).microsecondsRoundedUp)) / 1_000_000
        return min(Double(burst), level + seconds * Double(rate))
    }
}
