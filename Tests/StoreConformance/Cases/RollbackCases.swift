import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let rollback: [ConformanceCase] = [
        ConformanceCase(.rollback, "a command that throws after it wrote leaves no trace") { log in
            let kept = try await log.enqueue()
            let ids = (0..<3).map { _ in log.newID() }
            let outcomes = try await log.together([
                { _ = try $0.enqueue(.sample(key: "a"), as: ids[0], by: .ana) },
                { transaction in
                    try transaction.writeEverywhere(kept, ids[1])
                    throw ChangeOfMind()
                },
                { _ = try $0.enqueue(.sample(key: "b"), as: ids[2], by: .ana) },
            ])
            #expect(outcomes.map { $0 is ChangeOfMind } == [false, true, false])
            try await log.expectOnlyEnqueued([kept, ids[0], ids[2]])
        },
        ConformanceCase(.rollback, "so does one that throws after a query handed its rows to the store") {
            log in
            let kept = try await log.enqueue()
            let ids = (0..<3).map { _ in log.newID() }
            let outcomes = try await log.together([
                { _ = try $0.enqueue(.sample(key: "a"), as: ids[0], by: .ana) },
                { transaction in
                    try transaction.writeEverywhere(kept, ids[1])
                    try demand(try transaction.queued("aside", kinds: ["sample.job"], limit: 9) == [])
                    try demand(
                        try transaction.queued(.default, kinds: ["sample.job"], limit: 9).contains(ids[1]))
                    throw ChangeOfMind()
                },
                { _ = try $0.enqueue(.sample(key: "b"), as: ids[2], by: .ana) },
            ])
            #expect(outcomes.map { $0 is ChangeOfMind } == [false, true, false])
            try await log.expectOnlyEnqueued([kept, ids[0], ids[2]])
        },
        ConformanceCase(.rollback, "a renewal goes with its command, also after a query") { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            let before = try await log.log.read { try $0.leases() }
            log.clock.advance(by: .seconds(5))
            for asksFirst in [false, true] {
                await #expect(throws: ChangeOfMind.self) {
                    try await log.log.write { transaction in
                        try demand(try transaction.renew(token, of: job) != nil)
                        if asksFirst { _ = try transaction.due(limit: 1) }
                        throw ChangeOfMind()
                    }
                }
                #expect(try await log.log.read { try $0.leases() } == before)
            }
        },
        ConformanceCase(.rollback, "a large value goes with its command, also after a query") { log in
            let value = JSONText.string("large")
            let reference = PayloadReference(sha256: SHA256Sum(of: value.text).hexadecimal, bytes: 7)
            for asksFirst in [false, true] {
                await #expect(throws: ChangeOfMind.self) {
                    try await log.log.write { transaction in
                        transaction.keep(value, as: reference)
                        if asksFirst { _ = try transaction.due(limit: 1) }
                        throw ChangeOfMind()
                    }
                }
                let kept = try await log.log.read { try $0.payload(reference) }
                #expect(kept == nil)
            }
        },
        ConformanceCase(
            .rollback, "a transaction that cannot be committed fails for everybody and leaves no trace"
        ) { log in
            let faulty = FaultyStore(try log.storage.reopen())
            let other = try log.open(faulty)
            let ids = (0..<2).map { _ in log.newID() }
            let commands = ids.map { id -> @Sendable (LogTransaction) throws -> Void in
                { _ = try $0.enqueue(.sample(), as: id, by: .ana) }
            }
            for operation in [FaultyStore.Operation.begin, .write, .commit] {
                let full = StoreError(.full, operation: "test", reason: "the disk is full")
                // What holds the writer begins and commits as well, and writes nothing.
                faulty.fail(operation, with: full, after: operation == .write ? 0 : 1)
                for error in try await log.together(on: other, commands) {
                    #expect((error as? StoreError)?.code == .full, "after \(operation)")
                }
                let alone = await #expect(throws: StoreError.self) { try await other.write(commands[0]) }
                #expect(alone?.code == .full && alone?.isRetryable == true)
                faulty.mend()
                #expect(try await log.head() == .beginning)
                #expect(other.feed.head == .beginning)
                #expect(other.feed.recent(after: .beginning, limit: 9) == [])
            }
            let outcomes = try await log.together(on: other, commands)
            #expect(outcomes.allSatisfy { $0 == nil })
            #expect(try await log.events().map(\.position.value) == [1, 2])
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.rollback, "a transaction that somebody broke is repeated one by one") { log in
            let faulty = FaultyStore(try log.storage.reopen())
            let other = try log.open(faulty)
            let ids = (0..<3).map { _ in log.newID() }
            faulty.fail(.write, with: StoreError(.constraint, operation: "test", reason: "once"), times: 1)
            let outcomes = try await log.together(
                on: other, ids.map { id in { _ = try $0.enqueue(.sample(), as: id, by: .ana) } })
            #expect(outcomes.allSatisfy { $0 == nil })
            #expect(try await log.events().map(\.job) == ids)
            try await log.expectFoldedProjections()
        },
    ]
}

extension LogTransaction {
    /// Writes rows of every kind: a claim and a step of one job, and a further job with a key.
    fileprivate func writeEverywhere(_ running: JobID, _ further: JobID) throws {
        try execute(.start(worker: "worker-1", engine: "engine-1"), on: running, by: .ana)
        let token = try demand(try job(running)?.leaseToken)
        try execute(.work(token, .begin(StepKey("a"))), on: running, by: .ana)
        _ = try enqueue(.sample(key: "b"), as: further, by: .ana)
        record(
            .workerJoined(WorkerJoined(worker: "w", engine: "e", queues: [], kinds: ["never.kind"])), by: .ana
        )
        let beside = JobID(high: further.high, low: further.low ^ 0xABCD)
        try execute(.configure(QueueLimits(rate: QueueRate(9, per: .seconds(1)))), on: "aside", by: .ana)
        let limited = try enqueue(.sample(queue: "aside", limitKey: "a"), as: beside, by: .ana)
        try execute(.start(worker: "worker-1", engine: "engine-1"), on: limited.state.id, by: .ana)
        let value = JSONText.string("large")
        keep(value, as: PayloadReference(sha256: SHA256Sum(of: value.text).hexadecimal, bytes: 7))
        let upload = BlobUpload(id: "upload", job: running, token: token)
        try append([1, 2, 3], to: upload, at: 0)
        try save(.sample, from: upload, on: running, token, by: .ana)
    }
}

extension ConformanceLog {
    /// Expects that these jobs were enqueued and nothing else ever happened.
    fileprivate func expectOnlyEnqueued(
        _ jobs: [JobID], _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let events = try await self.events()
        #expect(events.map(\.job) == jobs, sourceLocation: location)
        #expect(events.allSatisfy { $0.kind == "job.enqueued" }, sourceLocation: location)
        #expect(try await log.read { try $0.leases() } == [], sourceLocation: location)
        #expect(try await log.read { try $0.announcedKinds() } == [], sourceLocation: location)
        let reference = PayloadReference(sha256: SHA256Sum(of: "\"large\"").hexadecimal, bytes: 7)
        #expect(try await log.read { try $0.payload(reference) } == nil, sourceLocation: location)
        #expect(try await log.read { try $0.blob(ArtifactSaved.sample.sha256, from: 0) } == nil)
        #expect(try await log.read { try $0.uploads(limit: 9) } == [], sourceLocation: location)
        try await expectSoundChain(location)
        try await expectFoldedProjections(location)
    }
}
