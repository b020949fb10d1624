import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let append: [ConformanceCase] = [
        ConformanceCase(.append, "positions start at 1 and rise without holes, versions in each job's stream")
        { log in
            let first = try await log.enqueue()
            let second = try await log.enqueue()
            _ = try await log.start(first)
            let events = try await log.events()
            #expect(events.map(\.position.value) == [1, 2, 3])
            #expect(events.map(\.job) == [first, second, first])
            #expect(events.map(\.version) == [1, 1, 2])
            try await log.expectSoundChain()
        },
        ConformanceCase(.append, "a refused command takes no position and takes no other command down") {
            log in
            let ids = (0..<3).map { _ in log.newID() }
            let outcomes = try await log.together([
                { _ = try $0.enqueue(.sample(), as: ids[0], by: .ana) },
                { _ = try $0.execute(.steer(.cancel(reason: nil)), on: ids[2], by: .ana) },
                { _ = try $0.enqueue(.sample(), as: ids[1], by: .ana) },
                { _ = try $0.enqueue(.sample(), as: ids[0], by: .ana) },
                { _ = try $0.enqueue(.sample(), as: ids[2], by: .ana) },
            ])
            #expect(outcomes.map { $0 as? JobRejection } == [nil, .unknownJob, nil, .alreadyExists, nil])
            #expect(outcomes.map { $0 == nil } == [true, false, true, false, true])
            #expect(try await log.events().map(\.job) == ids)
            try await log.expectSoundChain()
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.append, "callers at once each get their own result") { log in
            let ids = (0..<64).map { _ in log.newID() }
            let results = try await withThrowingTaskGroup(of: (JobID, JobState).self) { group in
                for id in ids {
                    group.addTask {
                        let state = try await log.log.write {
                            try $0.enqueue(.sample(), as: id, by: .ana).state
                        }
                        return (id, state)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(results.count == 64)
            for id in ids { #expect(try await log.state(id) == results[id]) }
            try await log.expectSoundChain()
        },
        ConformanceCase(
            .append, "commands that meet share a transaction, up to the limit",
            configure: { $0.batchLimit = 4 }
        ) {
            log in
            let counted = FaultyStore(try log.storage.reopen())
            let other = try log.open(counted)
            let ids = (0..<10).map { _ in log.newID() }
            let outcomes = try await log.together(
                on: other, ids.map { id in { _ = try $0.enqueue(.sample(), as: id, by: .ana) } })
            #expect(outcomes.allSatisfy { $0 == nil })
            // The one that held the writer, then four, four and two.
            #expect(counted.count(.commit) == 4)
            #expect(try await log.events().map(\.job) == ids)
        },
        ConformanceCase(.append, "a command sees what the ones before it in the transaction did") { log in
            let id = log.newID()
            let outcomes = try await log.together([
                { _ = try $0.enqueue(.sample(), as: id, by: .ana) },
                { _ = try $0.execute(.start(worker: "worker-1", engine: "engine-1"), on: id, by: .ana) },
                { transaction in
                    let token = try demand(try transaction.job(id)?.leaseToken)
                    try transaction.execute(.work(token, .begin(StepKey("a"))), on: id, by: .ana)
                    try transaction.execute(.work(token, .record(StepKey("a"))), on: id, by: .ana)
                    try demand(try transaction.step(StepKey("a"), of: id)?.isCompleted == true)
                },
                { try demand(try $0.job(id)?.recordedSteps == 1) },
            ])
            #expect(outcomes.allSatisfy { $0 == nil })
            #expect(try await log.state(id).version == 4)
        },
        ConformanceCase(
            .append, "a job is found again in its own transaction, however few states are remembered",
            configure: { $0.cachedJobs = 2 }
        ) { log in
            let ids = (0..<20).map { _ in log.newID() }
            try await log.log.write { transaction in
                for id in ids { _ = try transaction.enqueue(.sample(), as: id, by: .ana) }
                for id in ids { try transaction.execute(.start(worker: "w", engine: "e"), on: id, by: .ana) }
            }
            for id in ids { #expect(try await log.state(id).phase.name == .running) }
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.append, "an event of the engine belongs to no job") { log in
            let joined = WorkerJoined(
                worker: "worker-1", engine: "engine-1", queues: [.default], kinds: ["b.kind", "a.kind"])
            let recorded = try await log.log.write {
                $0.record(.workerJoined(joined), by: .engine("engine-1"))
            }
            let event = try #require(try await log.events().first)
            #expect(event.job == nil && event.version == nil && event.attempt == nil)
            #expect(try event.decoded() == recorded)
            #expect(try await log.log.read { try $0.announcedKinds() } == ["a.kind", "b.kind"])
            #expect(try await log.log.write { try $0.isAnnounced("a.kind") })
            #expect(try await log.log.write { try $0.isAnnounced("c.kind") } == false)
        },
        ConformanceCase(.append, "an event comes back byte for byte") { log in
            let odd = "z\u{0}\u{1F}\"\\/\u{7F}e\u{301}\u{FFFD}\u{2028}\u{10FFFF}😀\n"
            let job = try await log.enqueue(
                .sample(
                    kind: "käse/e\u{301}",
                    input: .inline(JSONText(unchecked: #"{"b":1.50,"a":"\/","b":1e2}"#))))
            log.clock.advance(by: .microseconds(1))
            let recorded = try await log.execute(.steer(.cancel(reason: odd)), on: job, by: .person(odd))
            let events = try await log.events()
            let last = try #require(events.last)
            #expect(
                Array(try #require(events.first).data.text.utf8).starts(with: Array(#"{"kind":"käse/e"#.utf8))
            )
            #expect(try #require(events.first).data.text.contains(#""input":{"b":1.50,"a":"\/","b":1e2}"#))
            #expect(try last.decoded() == recorded.first)
            #expect(Array(last.actor.id.utf8) == Array(odd.utf8))
            #expect(last.at == log.clock.timestamp)
            #expect(last.schemaVersion == EventCodec.schemaVersion(of: .jobCancelled))
            try await log.expectSoundChain()
        },
    ]
}
