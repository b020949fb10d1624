import Testing

@testable import HoldfastCore

/// The arithmetic of rates, without an engine.
struct QueueRateTests {
    private let start = Timestamp(microseconds: 1_791_460_800_000_000)

    /// Starts jobs as an engine does that has more than enough of them: it wakes when it was told to.
    private func starts(_ rate: QueueRate, for length: Duration, lateBy late: Duration = .zero) -> [Timestamp]
    {
        var queue = QueueState(name: "mail", limits: QueueLimits(rate: rate))
        var starts: [Timestamp] = []
        var now = start
        while now < start + length {
            guard let until = queue.wait(at: now) else {
                _ = queue.noteStart(at: now)
                starts.append(now)
                continue
            }
            #expect(until > now)
            now = until + late
        }
        return starts
    }

    /// The most starts in any window that begins with a start.
    private func most(_ starts: [Timestamp], in window: Duration) -> Int {
        var end = 0
        var most = 0
        for (index, first) in starts.enumerated() {
            while end < starts.count, starts[end] < first + window { end += 1 }
            most = max(most, end - index)
        }
        return most
    }

    @Test(
        arguments: [
            (100, 1.0), (1000, 1.0), (20, 1.0), (5, 1.0), (1, 1.0), (10_000, 1.0), (600, 60.0), (7, 3.0),
        ],
        [0, 1, 3])
    func `any window has at most a twentieth more starts than was said, and on the whole none are lost`(
        rate: (jobs: Int, seconds: Double), milliseconds: Int
    ) {
        let window = Duration.seconds(rate.seconds)
        let starts = starts(
            QueueRate(rate.jobs, per: window), for: window * 20, lateBy: .milliseconds(milliseconds))
        let most = most(starts, in: window)
        let isSlow = rate.seconds / Double(rate.jobs) >= 0.1
        #expect(Double(most) <= Double(rate.jobs) * (isSlow ? 1 : 1.05))
        #expect(Double(starts.count) >= Double(rate.jobs) * 20 * 0.95)
        #expect(Double(starts.count) <= Double(rate.jobs) * 20 * 1.05 + 1)
    }

    @Test func `a fast queue wakes its engine some twenty times a second`() {
        for jobs in [100, 1000, 50_000] {
            let moments = Set(starts(QueueRate(jobs, per: .seconds(1)), for: .seconds(10)))
            #expect(moments.count <= 251)
        }
    }

    @Test func `an hour without jobs saves up no more than the tolerance`() {
        let rate = QueueRate(100, per: .seconds(1))
        var queue = QueueState(name: "mail", limits: QueueLimits(rate: rate))
        _ = queue.noteStart(at: start)
        let later = start + .seconds(3600)
        var count = 0
        while queue.wait(at: later) == nil {
            _ = queue.noteStart(at: later)
            count += 1
        }
        #expect(count == 6)
    }

    @Test func `a clock that was set back does not stop the queue`() {
        let rate = QueueRate(2, per: .seconds(10))
        var queue = QueueState(name: "mail", limits: QueueLimits(rate: rate))
        _ = queue.noteStart(at: start)
        let earlier = start + .seconds(-3600)
        #expect(queue.wait(at: earlier) == nil)
        _ = queue.noteStart(at: earlier)
        #expect(queue.wait(at: earlier) == earlier + .seconds(5))
    }

    @Test func `a slower rate owes at most one start when it becomes a faster one`() throws {
        var queue = QueueState(name: "mail", limits: QueueLimits(rate: QueueRate(1, per: .seconds(86_400))))
        _ = queue.noteStart(at: start)
        let faster = QueueLimits(rate: QueueRate(10, per: .seconds(1)))
        let event = QueueConfigured(queue: "mail", limits: faster)
        let next = QueueState.applying(event.recorded(at: start), to: queue)
        #expect(next?.rateDue == start + .milliseconds(100))
        let heavier = QueueConfigured(
            queue: "mail", limits: QueueLimits(rate: faster.rate, weight: 3))
        #expect(QueueState.applying(heavier.recorded(at: start), to: next)?.rateDue == next?.rateDue)
        let none = QueueConfigured(queue: "mail", limits: .none)
        #expect(QueueState.applying(none.recorded(at: start), to: next)?.rateDue == nil)
    }
}

extension QueueConfigured {
    fileprivate func recorded(at moment: Timestamp) -> RecordedEvent {
        RecordedEvent(
            position: EventLogPosition(7), job: nil, version: nil, at: moment, attempt: nil,
            actor: .person("ana"), event: .engine(.queueConfigured(self)))
    }
}
