import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Following the log", .timeLimit(.minutes(1)))
struct LogTailerTests {
    /// The positions of each page.
    private func pages(_ tailer: LogTailer) async throws -> [[Int64]] {
        var pages: [[Int64]] = []
        for try await page in tailer { pages.append(page.events.map(\.position.value)) }
        return pages
    }

    @Test(arguments: [0, 8192])
    func `it reads page by page and ends with the log when it does not follow`(recent: Int) async throws {
        try await TestEngine.idle(configure: { $0.log.recentEvents = recent }) { engine in
            try await engine.enqueue(contentsOf: Array(repeating: Chore(), count: 10))
            let tailer = LogTailer(engine.log, EventQuery(limit: 4), follows: false)
            #expect(try await pages(tailer) == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]])
            // It holds a position only while it is iterated.
            #expect(try await pages(tailer).count == 3)
            let rest = LogTailer(
                engine.log, EventQuery(after: EventLogPosition(8), limit: 4), follows: false)
            #expect(try await pages(rest) == [[9, 10]])
            let nothing = LogTailer(engine.log, EventQuery(after: EventLogPosition(10)), follows: false)
            #expect(try await pages(nothing).isEmpty)
        }
    }

    @Test func `it gives what matches only, and remembers how far it has read`() async throws {
        try await TestEngine.idle { engine in
            let handles = try await engine.enqueue(contentsOf: Array(repeating: Chore(), count: 5))
            try await handles[3].cancel(by: "ana")
            let query = EventQuery(kinds: [.jobCancelled], limit: 4)
            var pages = LogTailer(engine.log, query, follows: false).makeAsyncIterator()
            #expect(pages.position == .beginning)
            #expect(try await pages.next()?.events.map(\.job) == [handles[3].id])
            #expect(try await pages.next() == nil)
            #expect(pages.position == EventLogPosition(6))
        }
    }

    @Test(arguments: [0, 8192])
    func `it is woken by each commit, and no event is missed or given twice`(recent: Int) async throws {
        try await TestEngine.idle(configure: { $0.log.recentEvents = recent }) { engine in
            async let positions = {
                var positions: [Int64] = []
                for try await page in LogTailer(engine.log, EventQuery(limit: 7)) {
                    positions += page.events.map(\.position.value)
                    if positions.count >= 200 { break }
                }
                return positions
            }()
            for _ in 1...50 { try await engine.enqueue(contentsOf: Array(repeating: Chore(), count: 4)) }
            #expect(try await positions == Array(1...200))
        }
    }

    @Test func `it sees what another process commits`() async throws {
        let store = InMemoryStore()
        try await TestEngine.idle(over: store) { engine in
            var pages = LogTailer(engine.log, EventQuery()).makeAsyncIterator()
            try await TestEngine.idle(over: store) { other in
                for _ in 1...3 {
                    let handle = try await other.enqueue(Chore())
                    #expect(try await pages.next()?.events.map(\.job) == [handle.id])
                }
            }
        }
    }

    @Test func `it ends when the log is closed`() async throws {
        try await TestEngine.idle { engine in
            let tailer = LogTailer(engine.log, EventQuery())
            var pages = tailer.makeAsyncIterator()
            try await engine.enqueue(Chore())
            #expect(try await pages.next()?.events.count == 1)
            await engine.close()
            #expect(try await pages.next() == nil)
        }
    }
}
