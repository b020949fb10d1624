import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Bulk operations", .timeLimit(.minutes(1)))
struct BulkTests {
    /// Jobs that wait for nobody who could run them.
    @discardableResult
    private func fill(_ engine: JobEngine, _ count: Int, kind: JobKind = "cold.job") async throws -> [JobID] {
        let request = EnqueueRequest(kind: kind, input: .emptyObject, acceptsAnyKind: true)
        return try await engine.enqueue(contentsOf: Array(repeating: request, count: count)).map(\.state.id)
    }

    private let cancelCold = BulkRequest(.cancel(reason: "too many"), JobFilter(kind: "cold.job"))

    /// The positions of the operation's pages, each with how many jobs it changed in all.
    private func pages(_ engine: JobEngine) async throws -> [BulkProgressed] {
        try await engine.log.read { try $0.events(EventQuery(kinds: [.bulkProgressed], limit: 1000)).events }
            .compactMap { event in
                guard case .engine(.bulk(.progressed(let page))) = try event.decoded().event else {
                    return nil
                }
                return page
            }
    }

    private func cancelled(_ engine: JobEngine) async throws -> [JobID] {
        try await engine.log.read {
            try $0.events(EventQuery(kinds: [.jobCancelled], limit: 10_000)).events.compactMap(\.job)
        }
    }

    @Test func `a command is given to each job that the filter meets, in pages, and counted`() async throws {
        try await TestEngine.idle { engine in
            let cold = try await fill(engine, 450)
            try await fill(engine, 30, kind: "warm.job")
            let handle = try await engine.bulk(cancelCold, by: .person("ana"))
            #expect(try await handle.state().count == BulkCount())
            let trace = Trace<Int64>()
            let done = try await handle.result { trace.add($0.count.changed) }
            #expect(trace.elements == [200, 400, 450])
            #expect(done.count.matched == 450 && done.count.changed == 450 && done.count.refused == 0)
            #expect(done.finishedAt == ManualClock.start)
            #expect(Set(try await cancelled(engine)) == Set(cold))
            let last = try #require(try await engine.history(of: cold[7]).last)
            #expect(last.event == .job(.cancelled(JobCancelled(reason: "too many"))))
            #expect(last.actor == .person("ana"))
            #expect(try await pages(engine).map(\.count.changed) == [200, 400, 450])
            // Once more: it has finished, and nothing happens.
            let head = try await engine.head()
            #expect(try await handle.result() == done)
            #expect(try await engine.head() == head)
        }
    }

    @Test func `what was so already and what does not fit is counted apart`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let ended = try await bench.engine.enqueue(Chore())
            _ = try await ended.result()
            let cold = try await fill(bench.engine, 3)
            try await bench.engine.steer(.cancel(reason: nil), cold[0], by: .person("ben"))
            let handle = try await bench.engine.bulk(
                BulkRequest(.cancel(reason: nil), JobFilter()), by: .person("ana"))
            let done = try await handle.result()
            #expect(done.count.matched == 4)
            #expect(done.count.changed == 2)
            #expect(done.count.refused == 1)
        }
    }

    @Test func `jobs that came later are not meant, and none at all is soon done`() async throws {
        try await TestEngine.idle { engine in
            let none = try await engine.bulk(cancelCold, by: .person("ana"))
            try await fill(engine, 2)
            #expect(try await none.result().count == BulkCount())
            let handle = try await engine.bulk(cancelCold, by: .person("ana"))
            let later = try await fill(engine, 2)
            #expect(try await handle.result().count.changed == 2)
            for job in later { #expect(try await engine.state(of: job).phase.name == .queued) }
            #expect(try await engine.count(JobFilter(phases: [.queued])) == 2)
            #expect(try await engine.count(JobFilter(phases: [.cancelled], kind: "cold.job")) == 2)
        }
    }

    @Test func `an engine that runs does what another one recorded`() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
            chore.name
        } test: { bench in
            try await TestEngine.idle(over: store, clock: clock) { idle in
                try await fill(idle, 250)
                let handle = try await idle.bulk(cancelCold, by: .person("ana"))
                try await bench.reached(.bulkFinished)
                #expect(try await handle.state().engine == bench.engine.id)
                #expect(try await handle.state().count.changed == 250)
            }
        }
    }

    @Test func `an engine that starts goes on with what a dead one left, and does nothing twice`()
        async throws
    {
        let (store, clock) = (InMemoryStore(), ManualClock())
        var jobs: [JobID] = []
        try await TestEngine.idle(over: store, clock: clock) { first in
            jobs = try await fill(first, 500)
            try store.announce(first.id)
            let handle = try await first.bulk(cancelCold, by: .person("ana"))
            await #expect(throws: Mishap.self) { try await handle.result { _ in throw Mishap() } }
            store.declareDead(first.id)
        }
        try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
            chore.name
        } test: { bench in
            try await bench.reached(.bulkFinished)
            let cancelled = try await cancelled(bench.engine)
            #expect(cancelled.count == 500)
            #expect(Set(cancelled) == Set(jobs))
            #expect(try await pages(bench.engine).map(\.count.changed) == [200, 400, 500])
            #expect(Set(try await pages(bench.engine).map(\.engine)).count == 2)
        }
    }

    @Test func `an engine that nobody can call dead is waited for as long as a lease lasts`() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        try await TestEngine.idle(over: store, clock: clock) { first in
            try await fill(first, 300)
            let handle = try await first.bulk(cancelCold, by: .person("ana"))
            await #expect(throws: Mishap.self) { try await handle.result { _ in throw Mishap() } }
            try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
                chore.name
            } test: { bench in
                try await bench.settle()
                clock.advance(by: .seconds(29))
                try await bench.settle()
                #expect(try await pages(bench.engine).map(\.engine) == [first.id])
                clock.advance(by: .seconds(1))
                try await bench.reached(.bulkFinished)
                #expect(try await cancelled(bench.engine).count == 300)
            }
        }
    }

    @Test func `two engines that run never do the same page`() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
            chore.name
        } test: { left in
            try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
                chore.name
            } test: { right in
                let jobs = try await fill(left.engine, 1000)
                let handles = [
                    try await left.engine.bulk(cancelCold, by: .person("ana")),
                    try await right.engine.bulk(cancelCold, by: .person("ben")),
                ]
                for handle in handles { try await left.engine.bulkHandle(handle.id).finished() }
                let cancelled = try await cancelled(left.engine)
                #expect(cancelled.count == 1000)
                #expect(Set(cancelled) == Set(jobs))
                for handle in handles {
                    let own = try await pages(left.engine).filter { $0.id == handle.id }
                    // One engine did all of its pages, each behind the one before.
                    #expect(Set(own.map(\.engine)).count == 1)
                    #expect(own.compactMap(\.count.cursor) == own.compactMap(\.count.cursor).sorted(by: >))
                }
            }
        }
    }

    @Test func `jobs that are retried together come back spread over a time`() async throws {
        try await TestEngine.idle { engine in
            let jobs = try await fill(engine, 300)
            _ = try await engine.bulk(cancelCold, by: .person("ana")).result()
            let again = BulkRequest(
                .retry(reason: "room again"), JobFilter(phases: [.cancelled]), spread: .seconds(600))
            let done = try await engine.bulk(again, by: .person("ana")).result()
            #expect(done.count.changed == 300)
            var due: [Timestamp] = []
            for job in jobs {
                guard case .scheduled(let until) = try await engine.state(of: job).phase else { continue }
                due.append(until)
            }
            #expect(due.count >= 299)
            #expect(due.allSatisfy { $0 > ManualClock.start && $0 <= ManualClock.start + .seconds(600) })
            // No stampede: each minute has some of them, and none has all.
            for minute in 0..<10 {
                let start = ManualClock.start + .seconds(60 * minute)
                let count = due.count { $0 > start && $0 <= start + .seconds(60) }
                #expect((5...80).contains(count), "minute \(minute)")
            }
        }
    }

    @Test func `many jobs are paused, moved, reprioritised and resumed`() async throws {
        try await TestEngine.idle { engine in
            let jobs = try await fill(engine, 3)
            func all(_ action: BulkAction) async throws -> [JobState] {
                let handle = try await engine.bulk(
                    BulkRequest(action, JobFilter(kind: "cold.job")), by: .person("ana"))
                #expect(try await handle.result().count.changed == 3)
                var states: [JobState] = []
                for job in jobs { states.append(try await engine.state(of: job)) }
                return states
            }
            #expect(try await all(.pause(reason: "lunch")).allSatisfy { $0.phase.name == .paused })
            #expect(try await all(.resume(reason: nil)).allSatisfy { $0.phase.name == .queued })
            let later = ManualClock.start + .seconds(3600)
            #expect(
                try await all(.reschedule(later, reason: nil)).allSatisfy {
                    $0.phase == .scheduled(until: later)
                })
            #expect(try await all(.reprioritise(.high, reason: nil)).allSatisfy { $0.priority == .high })
        }
    }

    @Test func `an operation goes on after the store has failed`() async throws {
        let store = FaultyStore(InMemoryStore())
        try await TestEngine.runChores(over: store) { chore, _ in
            chore.name
        } test: { bench in
            try await fill(bench.engine, 250)
            _ = try await bench.engine.bulk(cancelCold, by: .person("ana"))
            store.fail(.commit, with: StoreError(.full, operation: "commit", reason: "test"), times: 2)
            try await bench.lettingRetriesPass { try await bench.reached(.bulkFinished) }
            #expect(try await cancelled(bench.engine).count == 250)
        }
    }

    @Test func `an operation that does not exist is unknown`() async throws {
        try await TestEngine.idle { engine in
            await #expect(throws: BulkRejection.unknownOperation) {
                try await engine.bulkHandle("bulk-9").result()
            }
        }
    }
}

extension BulkHandle {
    /// Waits for the end of the operation without helping.
    fileprivate func finished() async throws {
        _ = try await result()
    }
}
