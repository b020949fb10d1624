import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Synchronization
import Testing

extension ConformanceCase {
    static let order: [ConformanceCase] = [
        ConformanceCase(
            .order, "what may wait joins the next command and keeps its place before it",
            configure: { $0.deferralLimit = .seconds(1) }
        ) { log in
            let counted = FaultyStore(try log.storage.reopen())
            let other = try log.open(counted)
            let job = log.newID()
            try await other.write { _ = try $0.enqueue(.sample(), as: job, by: .ana) }
            let token = try await other.write { transaction in
                let events = try transaction.execute(.start(worker: "w", engine: "e"), on: job, by: .ana)
                return LeaseToken(try demand(events.first).position)
            }
            let commits = counted.count(.commit)
            let ended = Mutex<[Int]>([])
            for number in 0..<5 {
                other.writeLater {
                    try $0.execute(.work(token, .line("line \(number)")), on: job, by: .ana)
                } completion: { error in
                    if error == nil { ended.withLock { $0.append(number) } }
                }
            }
            try await other.write {
                _ = try $0.execute(.work(token, .complete(output: .null)), on: job, by: .ana)
            }
            #expect(ended.withLock { $0 } == [0, 1, 2, 3, 4])
            #expect(counted.count(.commit) == commits + 1)
            let lines = try await log.events(EventQuery(job: job, kinds: [.logWritten, .jobCompleted]))
            let messages = try lines.map { try JSONFields($0.data).string("message") }
            #expect(messages == (0..<5).map { "line \($0)" } + [nil])
        },
        ConformanceCase(
            .order, "what may wait is committed by itself when no company comes",
            configure: { $0.deferralLimit = .milliseconds(1) }
        ) { log in
            let id = log.newID()
            let error: (any Error)? = await withCheckedContinuation { continuation in
                log.log.writeLater {
                    _ = try $0.enqueue(.sample(), as: id, by: .ana)
                } completion: {
                    continuation.resume(returning: $0)
                }
            }
            #expect(error == nil)
            let events = try await log.events()
            #expect(events.map(\.job) == [id])
        },
        ConformanceCase(.order, "what may wait is told why it failed, and takes nothing else down") { log in
            let ids = (0..<2).map { _ in log.newID() }
            let outcomes = try await log.together([
                { try $0.execute(.fireTimer, on: ids[0], by: .ana) },
                { _ = try $0.enqueue(.sample(), as: ids[1], by: .ana) },
            ])
            #expect(outcomes[0] as? JobRejection == .unknownJob)
            #expect(outcomes[1] == nil)
        },
        ConformanceCase(
            .order, "closing commits what was given; afterwards everything fails as closed",
            configure: {
                $0.deferralLimit = .seconds(1)
            }
        ) { log in
            let other = try log.openAgain()
            let ids = (0..<10).map { _ in log.newID() }
            let ended = Mutex<[JobID]>([])
            for id in ids {
                other.writeLater {
                    _ = try $0.enqueue(.sample(), as: id, by: .ana)
                } completion: { error in
                    if error == nil { ended.withLock { $0.append(id) } }
                }
            }
            await other.close()
            #expect(ended.withLock { $0 } == ids)
            #expect(try await log.events().map(\.job) == ids)

            let writing = await #expect(throws: StoreError.self) { try await other.write { _ = $0.now } }
            #expect(writing?.code == .closed && writing?.isRetryable == false)
            let reading = await #expect(throws: StoreError.self) { try await other.read { try $0.head() } }
            #expect(reading?.code == .closed)
            let later: (any Error)? = await withCheckedContinuation { continuation in
                other.writeLater({ _ = $0.now }, completion: { continuation.resume(returning: $0) })
            }
            #expect((later as? StoreError)?.code == .closed)
            for await _ in other.feed.signals() { Issue.record("a closed log signals nothing") }
            await other.close()
        },
    ]
}
