public import HoldfastCore
import Synchronization

/// Stands still until a test moves it, and says who waits for it.
///
/// A test first awaits the timer that it expects to be set, then advances: so it waits for facts and never
/// for time.
/// `timestamp` is the source of moments for a log, and the clock itself is what programs sleep on. It may be
/// used from
/// any thread.
public final class ManualClock: Clock, Sendable {
    /// A moment of the clock, exact to the microsecond.
    public struct Instant: InstantProtocol {
        /// The moment as events carry it.
        public let timestamp: Timestamp

        /// Wraps a moment.
        public init(_ timestamp: Timestamp) { self.timestamp = timestamp }

        /// The moment `duration` later, rounded up to a microsecond so that nothing comes early.
        public func advanced(by duration: Duration) -> Instant { Instant(timestamp + duration) }

        /// The time from this moment to another one.
        public func duration(to other: Instant) -> Duration { other.timestamp - timestamp }

        /// Orders by time.
        public static func < (left: Instant, right: Instant) -> Bool { left.timestamp < right.timestamp }
    }

    /// Where a clock stands at first: 2026-10-08T12:00:00Z.
    public static let start = Timestamp(microseconds: 1_791_460_800_000_000)

    /// The job whose handler runs in this task.
    @TaskLocal static var job: JobID?

    let state: Mutex<State>

    /// Makes a clock that stands at a moment.
    public init(at start: Timestamp = ManualClock.start) { state = Mutex(State(now: Instant(start))) }

    /// Where the clock stands.
    public var now: Instant { state.withLock(\.now) }

    /// Where the clock stands, as events carry it.
    public var timestamp: Timestamp { now.timestamp }

    /// One microsecond.
    public var minimumResolution: Duration { .microseconds(1) }

    /// Moves the clock forward and wakes all whose moment was reached, the earliest first.
    ///
    /// Those woken run on by themselves: await what they should bring about before looking for it. A negative
    /// duration
    /// moves nothing.
    public func advance(by duration: Duration) { advance(to: now.advanced(by: duration)) }

    /// Moves the clock forward to a moment and wakes all whose moment was reached, the earliest first.
    ///
    /// A moment that has passed moves nothing.
    public func advance(to moment: Instant) {
        let woken = state.withLock { $0.advance(to: moment) }
        for sleeper in woken { sleeper.continuation.resume() }
    }
}

extension ManualClock {
    struct State {
        var now: Instant
        /// Those who wait for the clock, in the order in which they came.
        var sleepers: [Sleeper] = []
        /// Those who wait for a sleeper, in the order in which they came.
        var watchers: [Watcher] = []
        private var lastID = 0

        init(now: Instant) { self.now = now }

        mutating func newID() -> Int {
            lastID += 1
            return lastID
        }

        mutating func advance(to moment: Instant) -> [Sleeper] {
            now = max(now, moment)
            let woken = sleepers.filter { $0.deadline <= now }
            sleepers.removeAll { $0.deadline <= now }
            return woken.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        }
    }

    struct Sleeper {
        let id: Int
        /// The job whose handler sleeps, where that is known.
        let job: JobID?
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
        /// Whether `nextTimer` gave it to a test.
        var isReported = false
    }

    struct Watcher {
        enum Wish {
            /// One that was not reported yet.
            case next
            /// One with this deadline.
            case at(Instant)
            /// Whichever.
            case any
        }

        let id: Int
        let wish: Wish
        let continuation: CheckedContinuation<Instant, any Error>
    }
}
