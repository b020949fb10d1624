import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let feed: [ConformanceCase] = [
        ConformanceCase(.feed, "the feed and the log hold the same bytes") { log in
            var lives = RandomLives(log, jobs: 4, seed: 11)
            for _ in 0..<20 {
                log.clock.advance(by: .milliseconds(700))
                _ = try await log.together(lives.commands(12))
            }
            let stored = try await log.events()
            let recent = try #require(log.log.feed.recent(after: .beginning, limit: 10_000))
            #expect(stored.count > 40)
            #expect(recent.map(\.stored) == stored)
            #expect(
                recent.map { Array($0.stored.envelope.text.utf8) }
                    == stored.map { Array($0.envelope.text.utf8) })
            #expect(try stored.map { try $0.decoded() } == recent.map(\.recorded))
        },
        ConformanceCase(
            .feed, "what is no longer at hand is said to be so, and pages fill in",
            configure: {
                $0.recentEvents = 4
            }
        ) { log in
            _ = try await log.writeTwoStreams()
            let feed = log.log.feed
            let head = try await log.head()
            #expect(feed.head == head)
            #expect(feed.recent(after: head, limit: 9) == [])
            #expect(feed.recent(after: EventLogPosition(head.value - 4), limit: 9)?.count == 4)
            #expect(feed.recent(after: EventLogPosition(head.value - 4), limit: 3)?.count == 3)
            #expect(feed.recent(after: EventLogPosition(head.value - 5), limit: 9) == nil)
            let all = try await log.events()
            var query = EventQuery(limit: 3)
            var paged: [StoredEvent] = []
            while query.after < head {
                let page = try await log.log.page(query)
                paged += page.events
                #expect(page.through > query.after)
                query.after = page.through
            }
            #expect(paged == all)
        },
        ConformanceCase(.feed, "the window is bounded in bytes too", configure: { $0.recentBytes = 300 }) {
            log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            for _ in 0..<9 { try await log.work(.line(String(repeating: "x", count: 100)), on: job, token) }
            let head = try await log.head()
            #expect(log.log.feed.recent(after: EventLogPosition(head.value - 2), limit: 9)?.count == 2)
            #expect(log.log.feed.recent(after: EventLogPosition(head.value - 3), limit: 9) == nil)
        },
        ConformanceCase(.feed, "a page from memory is the page of the store") { log in
            let jobs = try await log.writeTwoStreams()
            let head = try await log.head()
            for after in 0...head.value {
                for limit in [1, 3, 100] {
                    for job in [nil, jobs[1]] {
                        for kinds in [nil, [.logWritten]] as [Set<EventKind>?] {
                            let query = EventQuery(
                                job: job, after: EventLogPosition(after), kinds: kinds, limit: limit)
                            let stored = try await log.log.read { try $0.events(query) }
                            #expect(try await log.log.page(query) == stored, "\(query)")
                        }
                    }
                }
            }
        },
        ConformanceCase(.feed, "signals that nobody took become one, and end with the log") { log in
            let other = try log.openAgain()
            var signals = other.feed.signals().makeAsyncIterator()
            for _ in 0..<3 {
                let id = log.newID()
                try await other.write { _ = try $0.enqueue(.sample(), as: id, by: .ana) }
            }
            // The head was moved before the caller was told, so that the signal finds it there.
            #expect(await signals.next() != nil)
            #expect(other.feed.head.value == 3)
            await other.close()
            // A look at foreign commits may have left one more.
            while await signals.next() != nil {}
        },
        ConformanceCase(.feed, "a command that is refused moves nothing") { log in
            let job = try await log.enqueue()
            await #expect(throws: JobRejection.alreadyExists) {
                try await log.log.write { _ = try $0.enqueue(.sample(), as: job, by: .ana) }
            }
            #expect(log.log.feed.head.value == 1)
            #expect(log.log.feed.recent(after: .beginning, limit: 9)?.count == 1)
        },
    ]
}
