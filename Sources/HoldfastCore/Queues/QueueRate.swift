/// How many jobs of a queue start within a window of time, and the arithmetic that keeps to it.
///
/// It is the generic cell rate algorithm: one moment for each queue, the start that is due in theory, moves by
/// window / jobs with each start, and a job may start when that moment is at most `tolerance` ahead. So the starts
/// are spread over the window, a rebuild of the log gives the same moment, and any window has at most a twentieth
/// more starts than was said; where starts are 100 ms or more apart it has none more.
public struct QueueRate: Hashable, Sendable {
    /// How many jobs start in a window, from 1.
    public let jobs: Int
    /// The length of the window, in microseconds.
    public let windowMicroseconds: Int64

    /// Allows `jobs` starts in each window.
    public init(_ jobs: Int, per window: Duration) {
        self.init(jobs, perMicroseconds: window.microsecondsRoundedUp)
    }

    /// Allows `jobs` starts in each window of so many microseconds.
    public init(_ jobs: Int, perMicroseconds window: Int64) {
        self.jobs = jobs
        windowMicroseconds = window
    }

    /// The shortest and the longest window, in microseconds, inclusive: 1 ms and 366 days.
    static let windows: ClosedRange<Int64> = 1000...31_622_400_000_000
    /// How close starts may lie at most, in microseconds; closer ones could not be told apart well enough.
    static let leastInterval: Int64 = 20

    func validate() throws(QueueRejection) {
        guard QueueRate.windows.contains(windowMicroseconds) else {
            throw .invalidLimit("window_us", expected: "a length of time from 1 ms to 366 days")
        }
        let most = windowMicroseconds / QueueRate.leastInterval
        guard jobs >= 1, Int64(jobs) <= most else {
            throw .invalidLimit("jobs", expected: "a whole number from 1 to \(most) in such a window")
        }
    }

    /// The time between two starts, in microseconds, rounded up so that there are never more than was said.
    private var interval: Int64 { (windowMicroseconds + Int64(max(1, jobs)) - 1) / Int64(max(1, jobs)) }

    /// How far ahead of the theoretical moment jobs may start, in microseconds: a twentieth of the window, at most 100 ms.
    ///
    /// It lets several jobs start at one wake-up, and makes good for one that comes late. Where starts are far apart
    /// neither matters, and none comes early.
    private var tolerance: Int64 { interval < 100_000 ? min(windowMicroseconds / 20, 100_000) : 0 }

    /// How many starts are waited for together, so that a fast queue wakes its engine about twenty times a second.
    private var batch: Int64 { max(1, min(tolerance * 9 / 10, 50_000) / interval) }

    /// When the next jobs may start; nil when one may start at `now`.
    ///
    /// - Parameters:
    ///   - due: The start that is due in theory, as the starts before left it; nil before the first one.
    ///   - now: The moment of the question, by the injected clock.
    /// - Returns: The moment at which to look again.
    func wait(due: Timestamp?, at now: Timestamp) -> Timestamp? {
        guard let due, isPlausible(due, at: now) else { return nil }
        let first = due.microseconds - tolerance
        if first <= now.microseconds { return nil }
        return Timestamp(microseconds: first + (batch - 1) * interval)
    }

    /// The start that is due in theory after one at `moment`.
    func next(after due: Timestamp?, startedAt moment: Timestamp) -> Timestamp {
        let base = due.flatMap { isPlausible($0, at: moment) ? max($0, moment) : nil } ?? moment
        return base + .microseconds(interval)
    }

    /// The theoretical start that stays when this rate replaces another one: what is owed is at most one start.
    func carry(_ due: Timestamp?, at moment: Timestamp) -> Timestamp? {
        due.map { min($0, moment + .microseconds(interval)) }
    }

    /// False when the clock was set back since: the queue would stand still until it has caught up.
    private func isPlausible(_ due: Timestamp, at now: Timestamp) -> Bool {
        due.microseconds <= now.microseconds + tolerance + interval
    }
}
