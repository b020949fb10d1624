import Dispatch
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Synchronization
import Testing

/// Several logs on one file, as several processes have them.
@Suite("Shared file")
struct SharingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `positions are total over two writers that append at once`() async throws {
        let (left, right) = (try SampleLog(folder.store(), seed: 1), try SampleLog(folder.store(), seed: 2))
        let positions = try await withThrowingTaskGroup(of: [EventLogPosition].self) { group in
            for task in 0..<8 {
                let sample = task % 2 == 0 ? left : right
                group.addTask {
                    let (job, token) = try await sample.running()
                    var positions: [EventLogPosition] = []
                    for number in 0..<25 {
                        let events = try await sample.execute(.work(token, .note(number)), on: job)
                        positions += events.map(\.position)
                    }
                    return positions
                }
            }
            return try await group.reduce(into: [[EventLogPosition]]()) { $0.append($1) }
        }
        // Each task saw its own positions rise, nobody got one twice, and none is missing.
        for own in positions { #expect(own == own.sorted()) }
        #expect(Set(positions.joined()).count == 200)
        let events = try left.store.sealedEvents()
        #expect(events.map(\.event.position.value) == Array(1...216))
        #expect(try left.store.firstBreak() == nil)
        await left.log.close()
        await right.log.close()
        let before = try PlainDatabase(folder.file()).dump("jobs")
        try folder.store().rebuildProjections()
        #expect(try PlainDatabase(folder.file()).dump("jobs") == before)
    }

    @Test func `each log's feed hears of what the other one wrote`() async throws {
        let (left, right) = (try SampleLog(folder.store(), seed: 1), try SampleLog(folder.store(), seed: 2))
        for (writer, follower) in [(left, right), (right, left)] {
            let signals = follower.log.feed.signals()
            let job = try await writer.enqueue()
            let head = try writer.store.headPosition()
            for await _ in signals where follower.log.feed.head >= head { break }
            let query = EventQuery(after: EventLogPosition(head.value - 1))
            #expect(try await follower.log.page(query).events.map(\.job) == [job])
        }
        await left.log.close()
        await right.log.close()
    }

    @Test func `a writer notices that another one moved the head before it appends`() async throws {
        let (left, right) = (try SampleLog(folder.store(), seed: 1), try SampleLog(folder.store(), seed: 2))
        for round in 0..<20 {
            let sample = round % 2 == 0 ? left : right
            #expect(
                try await sample.execute(
                    .enqueue(
                        JobEnqueued(
                            kind: "sample.job", queue: .default, priority: .normal, input: .null,
                            notBefore: nil, key: nil, owner: nil, tags: [], retry: .none)),
                    on: sample.newID()
                ).map(\.position.value) == [Int64(round + 1)])
        }
        #expect(try left.store.firstBreak() == nil)
        await left.log.close()
        await right.log.close()
    }

    @Test func `many who open a file that is not there all get the same log`() async throws {
        for round in 0..<10 {
            let folder = folder
            let outcomes = Mutex<[Result<String, any Error>]>([])
            DispatchQueue.concurrentPerform(iterations: 6) { _ in
                let outcome = Result {
                    try folder.store("log\(round).db") { $0.busyTimeout = .seconds(120) }.identity
                }
                outcomes.withLock { $0.append(outcome) }
            }
            let identities = try outcomes.withLock { $0 }.map { try $0.get() }
            #expect(identities.count == 6)
            #expect(Set(identities).count == 1)
            let plain = try PlainDatabase(folder.file("log\(round).db"))
            #expect(try plain.values("PRAGMA auto_vacuum") == ["2"])
            #expect(try plain.value("PRAGMA journal_mode") == "wal")
        }
    }
}
