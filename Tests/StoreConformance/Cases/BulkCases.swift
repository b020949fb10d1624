import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let bulk: [ConformanceCase] = [
        ConformanceCase(.bulk, "a bulk operation is what its events say") { log in
            let job = log.newID()
            let order = BulkStarted(
                id: "bulk-1", command: .cancel(reason: "enough"),
                filter: JobFilter(phases: [.queued, .failed], kind: "sample.job", tag: "red"),
                spread: .seconds(5), through: job)
            try await log.record(.started(order), by: .ana)
            let start = log.clock.timestamp
            var expected = BulkOperation(
                order: order, actor: .ana, startedAt: start, count: BulkCount(), engine: nil,
                changedAt: start, finishedAt: nil)
            #expect(try await log.operation("bulk-1") == expected)
            #expect(expected.before == log.next(job))

            log.clock.advance(by: .seconds(1))
            let count = BulkCount(matched: 3, changed: 2, refused: 1, cursor: log.newID())
            let progressed = BulkProgressed(id: "bulk-1", engine: "engine-1", count: count)
            try await log.record(.progressed(progressed), by: .engine("engine-1"))
            expected = BulkOperation(
                order: order, actor: .ana, startedAt: start, count: count, engine: "engine-1",
                changedAt: log.clock.timestamp, finishedAt: nil)
            #expect(try await log.operation("bulk-1") == expected)
            #expect(expected.before == count.cursor)

            log.clock.advance(by: .seconds(1))
            try await log.record(
                .finished(BulkFinished(id: "bulk-1", count: count)), by: .engine("engine-1"))
            let finished = try #require(try await log.operation("bulk-1"))
            #expect(finished.finishedAt == log.clock.timestamp)
            #expect(finished.engine == "engine-1")
            #expect(finished.before == nil)
            #expect(try await log.operation("bulk-2") == nil)
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.bulk, "operations are listed newest first, and those to go on with apart") { log in
            for number in 1...5 {
                let id = BulkID(unchecked: "bulk-\(number)")
                try await log.record(
                    .started(BulkStarted(id: id, command: .retry(reason: nil), filter: JobFilter())), by: .ana
                )
                guard number.isMultiple(of: 2) else { continue }
                try await log.record(.finished(BulkFinished(id: id, count: BulkCount())), by: .ana)
            }
            func ids(_ unfinishedOnly: Bool, _ limit: Int) async throws -> [String] {
                try await log.log.read {
                    try $0.bulkOperations(unfinishedOnly: unfinishedOnly, limit: limit).map(\.id.rawValue)
                }
            }
            #expect(try await ids(false, 9) == ["bulk-5", "bulk-4", "bulk-3", "bulk-2", "bulk-1"])
            #expect(try await ids(true, 9) == ["bulk-5", "bulk-3", "bulk-1"])
            #expect(try await ids(true, 2) == ["bulk-5", "bulk-3"])
        },
        ConformanceCase(.bulk, "a command sees what it recorded, and leaves nothing when it fails") { log in
            let order = BulkStarted(id: "bulk-1", command: .pause(reason: nil), filter: JobFilter())
            let outcomes = try await log.together([
                { transaction in
                    transaction.record(.bulk(.started(order)), by: .ana)
                    throw ChangeOfMind()
                },
                { try demand(try $0.bulkOperation("bulk-1") == nil) },
                { transaction in
                    transaction.record(.bulk(.started(order)), by: .ana)
                    try demand(try transaction.bulkOperation("bulk-1")?.order == order)
                    let progressed = BulkProgressed(
                        id: "bulk-1", engine: "engine-1", count: BulkCount(matched: 1))
                    transaction.record(.bulk(.progressed(progressed)), by: .ana)
                    try demand(try transaction.bulkOperation("bulk-1")?.count.matched == 1)
                },
            ])
            #expect(outcomes.map { $0 == nil } == [false, true, true])
            #expect(try await log.events().map(\.kind) == ["bulk.started", "bulk.progressed"])
            #expect(try await log.operation("bulk-1")?.engine == "engine-1")
            try await log.expectSoundChain()
            try await log.expectFoldedProjections()
        },
    ]
}

extension ConformanceLog {
    fileprivate func record(_ event: BulkEvent, by actor: EventActor) async throws {
        try await log.write { transaction in _ = transaction.record(.bulk(event), by: actor) }
    }

    fileprivate func operation(_ id: BulkID) async throws -> BulkOperation? {
        try await log.read { try $0.bulkOperation(id) }
    }

    fileprivate func next(_ job: JobID) -> JobID { JobID(high: job.high, low: job.low + 1) }
}
