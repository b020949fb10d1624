import HoldfastCore
import HoldfastTesting
import Testing

@testable import HoldfastStore

@Suite("The feed of the log")
struct LogFeedTests {
    @Test func `events that were noticed late leave no hole in what is at hand`() {
        let feed = LogFeed(head: .beginning, configuration: LogConfiguration())
        // This process committed 1 and 2, another one 3, and the other one was noticed first.
        feed.advance(to: EventLogPosition(3))
        feed.publish([event(1), event(2)])
        #expect(feed.head.value == 3)
        #expect(positions(feed, after: 0) == nil)
        #expect(positions(feed, after: 2) == nil)
        feed.publish([event(4)])
        #expect(positions(feed, after: 3) == [4])
        #expect(positions(feed, after: 2) == nil)
    }

    @Test func `what is at hand begins anew behind a foreign commit`() {
        let feed = LogFeed(head: .beginning, configuration: LogConfiguration())
        feed.publish([event(1), event(2)])
        #expect(positions(feed, after: 0) == [1, 2])
        #expect(positions(feed, after: 0, limit: 1) == [1])
        feed.publish([event(4)])
        #expect(positions(feed, after: 0) == nil)
        #expect(positions(feed, after: 3) == [4])
        #expect(positions(feed, after: 4) == [])
    }

    @Test func `only the newest events are kept`() {
        var configuration = LogConfiguration()
        configuration.recentEvents = 3
        let feed = LogFeed(head: .beginning, configuration: configuration)
        for number in 1...5 { feed.publish([event(Int64(number))]) }
        #expect(positions(feed, after: 1) == nil)
        #expect(positions(feed, after: 2) == [3, 4, 5])
    }

    @Test func `signals that nobody took become one`() async {
        let feed = LogFeed(head: .beginning, configuration: LogConfiguration())
        let signals = feed.signals()
        for number in 1...5 { feed.publish([event(Int64(number))]) }
        feed.finish()
        var count = 0
        for await _ in signals { count += 1 }
        #expect(count == 1)
    }

    private func positions(_ feed: LogFeed, after position: Int64, limit: Int = 10) -> [Int64]? {
        feed.recent(after: EventLogPosition(position), limit: limit)?.map(\.stored.position.value)
    }

    private func event(_ position: Int64) -> CommittedEvent {
        let recorded = RecordedEvent(
            position: EventLogPosition(position), job: nil, version: nil, at: ManualClock.start, attempt: nil,
            actor: .engine("e"),
            event: .engine(.workerLeft(WorkerLeft(worker: "w", engine: "e", reason: "test"))))
        let stored = StoredEvent(
            position: recorded.position, job: nil, version: nil, kind: recorded.event.kind.rawValue,
            schemaVersion: 1, at: recorded.at, attempt: nil, actor: recorded.actor,
            data: EventCodec.encode(recorded.event))
        return CommittedEvent(stored: stored, recorded: recorded)
    }
}
