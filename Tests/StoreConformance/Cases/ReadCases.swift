import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let read: [ConformanceCase] = [
        ConformanceCase(.read, "an empty log has nothing to read") { log in
            let id = log.newID()
            let reference = PayloadReference(sha256: SHA256Sum.zero.hexadecimal, bytes: 1)
            try await log.log.read { reader in
                try demand(try reader.head() == .beginning)
                try demand(try reader.events(EventQuery()) == EventPage(events: [], through: .beginning))
                try demand(try reader.sealedEvents(after: .beginning, limit: 9) == [])
                try demand(try reader.job(id) == nil)
                try demand(try reader.jobs(JobQuery()) == [])
                try demand(try reader.step(StepKey("a"), of: id) == nil)
                try demand(try reader.steps(of: id, after: nil, limit: 9) == [])
                try demand(try reader.snapshot(of: id, logLimit: 9) == nil)
                try demand(try reader.payload(reference) == nil)
                try demand(try reader.counters().values.allSatisfy { $0 == 0 })
                try demand(try reader.leases() == [])
                try demand(try reader.announcedKinds() == [])
                try demand(try reader.earliestDue() == nil)
                try demand(try reader.schedule("nightly") == nil)
                try demand(try reader.schedules(after: nil, limit: 9) == [])
                try demand(try reader.scheduleAgenda() == ScheduleAgenda(nextDue: nil, waiting: [:]))
            }
        },
        ConformanceCase(.read, "each filter of a query selects what it says, in every combination") { log in
            let jobs = try await log.writeTwoStreams()
            let all = try await log.events()
            let head = try await log.head()
            #expect(all.count == Int(head.value))
            let positions = (0...head.value + 1).map { EventLogPosition($0) }
            for job in [nil, jobs[0], jobs[1], log.newID()] {
                for kinds in [
                    nil, [.logWritten], [.jobStarted, .stepStarted, .engineWorkerJoined], [],
                    EventKind.ofWorkers,
                ]
                    as [Set<EventKind>?]
                {
                    let queries = positions.flatMap { after in
                        [nil, positions[3], positions[9], head, EventLogPosition(head.value + 5)].flatMap {
                            through in
                            [1, 2, 5, 100].map { limit in
                                EventQuery(
                                    job: job, after: after, through: through, kinds: kinds, limit: limit)
                            }
                        }
                    }
                    try await log.expect(queries, answeredFrom: all)
                }
            }
        },
        ConformanceCase(.read, "the end of the log is found from behind, in ascending order") { log in
            let jobs = try await log.writeTwoStreams()
            let all = try await log.events()
            for limit in [1, 3, 100] {
                for job in [nil, jobs[0]] {
                    for kinds in [nil, [.logWritten]] as [Set<EventKind>?] {
                        for after in [0, 6] as [Int64] {
                            for through in [nil, EventLogPosition(12)] {
                                let query = EventQuery(
                                    job: job, after: EventLogPosition(after), through: through, kinds: kinds,
                                    limit: limit, fromEnd: true)
                                let page = try await log.log.read { try $0.events(query) }
                                #expect(
                                    page.events == Array(all.filter(query.selects).suffix(limit)), "\(query)")
                            }
                        }
                    }
                }
            }
        },
        ConformanceCase(.read, "sealed events come in pages after a position") { log in
            _ = try await log.writeTwoStreams()
            let all = try await log.sealedEvents()
            #expect(all.map(\.event) == (try await log.events()))
            for after in 0...all.count + 1 {
                for limit in [1, 4, 100] {
                    let page = try await log.log.read {
                        try $0.sealedEvents(after: EventLogPosition(Int64(after)), limit: limit)
                    }
                    #expect(page == Array(all.dropFirst(after).prefix(limit)))
                }
            }
        },
        ConformanceCase(.read, "readers see what is committed and nothing else") { log in
            let id = log.newID()
            let gate = Gate()
            async let holder: Void = gate.hold(log.log) { transaction in
                _ = try transaction.enqueue(.sample(), as: id, by: .ana)
                // Asking hands the rows to the store, inside of the transaction.
                try demand(try transaction.queued(.default, kinds: ["sample.job"], limit: 9) == [id])
            }
            await gate.isHeld()
            let before = try await log.log.read { (try $0.head(), try $0.job(id), try $0.counters()) }
            #expect(before.0 == .beginning && before.1 == nil && before.2.values.allSatisfy { $0 == 0 })
            #expect(log.log.feed.head == .beginning)
            gate.open()
            try await holder
            let after = try await log.log.read { (try $0.head(), try $0.job(id)) }
            #expect(after.0.position.value == 1 && after.1 != nil)
        },
    ]
}

extension EventQuery {
    /// What the query says, without its limit.
    func selects(_ event: StoredEvent) -> Bool {
        if let job, event.job != job { return false }
        if let kinds, !kinds.contains(where: { $0.rawValue == event.kind }) { return false }
        if let through, event.position > through { return false }
        return event.position > after
    }
}

extension ConformanceLog {
    /// Fills the log with the streams of two jobs and events of the engine, mixed.
    func writeTwoStreams() async throws -> [JobID] {
        let jobs = [try await enqueue(), try await enqueue()]
        let tokens = [try await start(jobs[0]), try await start(jobs[1])]
        try await log.write { transaction in
            _ = transaction.record(
                .workerJoined(WorkerJoined(worker: "w", engine: "e", queues: [], kinds: ["a.kind"])), by: .ana
            )
        }
        for number in 1...3 {
            for (job, token) in zip(jobs, tokens) {
                try await work(.line("line \(number)"), on: job, token)
                try await work(.begin(StepKey("a", occurrence: number)), on: job, token)
            }
        }
        try await work(.complete(output: .null), on: jobs[0], tokens[0])
        return jobs
    }

    /// Expects that pages hold the first events that match, and say how far the log is known by them.
    fileprivate func expect(_ queries: [EventQuery], answeredFrom all: [StoredEvent]) async throws {
        let pages = try await log.read { reader in try queries.map { try reader.events($0) } }
        let head = all.last?.position ?? .beginning
        for (query, page) in zip(queries, pages) {
            let matching = all.filter(query.selects)
            #expect(page.events == Array(matching.prefix(query.limit)), "\(query)")
            let end = min(query.through ?? head, head)
            if page.events.count == query.limit {
                // A full page is known up to its last event, or further when nothing else matches.
                #expect(page.through == page.events.last?.position, "\(query)")
            } else if query.after <= end {
                #expect(page.through == end, "\(query)")
            }
        }
    }
}
