import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let past: [ConformanceCase] = [
        ConformanceCase(.past, "each of 200 moments is shown as an observer saw it then") { log in
            var lives = RandomLives(log, jobs: 6, seed: 11)
            var seen: [Observation] = []
            while seen.count < 200 {
                // Each look is at a moment of its own, so that a time stands for the same events as a position.
                log.clock.advance(by: .milliseconds(300))
                try await log.together(lives.commands(4))
                let observation = try await log.observe(at: nil)
                if observation.position != seen.last?.position { seen.append(observation) }
            }
            let phases = Set(seen.flatMap { $0.jobs.map(\.phase.name) })
            #expect(phases.count > 5, "the lives must come through most states")
            #expect(Set(seen.map(\.inbox)).count > 3)
            for expected in seen {
                for moment in [LogMoment.position(expected.position), .time(expected.at)] {
                    let past = try await log.observe(at: moment)
                    #expect(past.position == expected.position)
                    #expect(past.jobs == expected.jobs, "at \(moment)")
                    #expect(past.counters == expected.counters, "at \(moment)")
                    #expect(past.byPhase == expected.byPhase, "at \(moment)")
                    #expect(past.snapshots.map(\.steps) == expected.snapshots.map(\.steps), "at \(moment)")
                    #expect(past.snapshots.map(\.logs) == expected.snapshots.map(\.logs), "at \(moment)")
                    let open = expected.snapshots.map(\.checkpoints)
                    #expect(past.snapshots.map(\.checkpoints) == open, "at \(moment)")
                    #expect(past.inbox == expected.inbox, "at \(moment)")
                }
            }
        },
        ConformanceCase(.past, "between two events of one transaction it is the fold of those up to it") {
            log in
            var lives = RandomLives(log, jobs: 3, seed: 5)
            for _ in 0..<20 { try await log.together(lives.commands(8)) }
            let events = try await log.events()
            for event in events {
                let fold = try Refold(events.filter { $0.position <= event.position })
                let seen = try await log.observe(at: .position(event.position))
                #expect(seen.jobs == fold.jobs.values.sorted { $0.id > $1.id })
                #expect(seen.counters == fold.counters)
            }
        },
        ConformanceCase(.past, "a long life is shown before, at and behind each state that is kept") { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            for number in 1...600 {
                try await log.work(
                    .updateProgress(Progress(.count(done: Int64(number), total: 600))), on: job, token)
            }
            let events = try await log.events(EventQuery(job: job, limit: 1_000))
            #expect(events.count == 602)
            for version in [1, 2, 3, 255, 256, 257, 511, 512, 513, 602] {
                let fold = try Refold(Array(events.prefix(version)))
                let state = try log.readPast(job, at: events[version - 1].position)
                #expect(state == fold.jobs[job])
            }
        },
        ConformanceCase(.past, "lists of the past are in order, in pages, and by every filter") { log in
            var jobs: [JobID] = []
            for number in 0..<9 {
                log.clock.advance(by: .seconds(1))
                let event = JobEnqueued.sample(
                    kind: number % 2 == 0 ? "even.job" : "odd.job", queue: number < 6 ? "low" : "high",
                    owner: number % 3 == 0 ? "ana" : nil, tags: number == 4 ? ["four"] : [])
                jobs.append(try await log.enqueue(event))
            }
            let enqueued = try await log.head()
            for job in jobs { try await log.execute(.steer(.cancel(reason: nil)), on: job) }
            func list(_ filter: JobFilter, before: JobID? = nil, limit: Int = 50) async throws -> [Int] {
                let query = JobQuery(filter, before: before, limit: limit)
                let found = try log.readNow { try PastReader($0, at: enqueued).jobs(query) }
                return found.compactMap { jobs.firstIndex(of: $0.id) }
            }
            #expect(try await list(JobFilter(phases: [.cancelled])) == [])
            #expect(try await list(JobFilter(phases: [.queued]), limit: 4) == [8, 7, 6, 5])
            #expect(try await list(JobFilter(phases: [.queued]), before: jobs[5], limit: 2) == [4, 3])
            #expect(try await list(JobFilter(), before: jobs[2]) == [1, 0])
            #expect(try await list(JobFilter(phases: [.queued, .running], kind: "odd.job")) == [7, 5, 3, 1])
            #expect(try await list(JobFilter(phases: [.queued], queue: "high")) == [8, 7, 6])
            #expect(try await list(JobFilter(owner: "ana")) == [6, 3, 0])
            #expect(try await list(JobFilter(phases: [.queued], tag: "four")) == [4])
        },
        ConformanceCase(.past, "what is behind the end, and what came later, is said") { log in
            let first = try await log.enqueue()
            let before = try await log.head()
            let second = try await log.enqueue()
            let (later, at) = (try await log.head(), log.clock.timestamp)
            #expect(
                throws: PastFault.behindEnd(asked: later.next, end: later)
            ) { try log.readNow { _ = try $0.at(.position(later.next)) } }
            let absence = try log.readNow { try PastReader($0, at: before).absence(of: second) as? PastFault }
            #expect(absence == .notYet(asked: before, began: later, at: at))
            let unknown = try log.readNow { try PastReader($0, at: before).absence(of: log.newID()) }
            #expect(unknown as? JobRejection == .unknownJob)
            let future = try log.readNow { try PastReader($0, at: .time(at + .seconds(9))).position }
            #expect(future == later)
            let beginning = try log.readNow { try $0.at(.time(at + .seconds(-9))).jobs(JobQuery()) }
            #expect(beginning.isEmpty)
            #expect(try log.readNow { try PastReader($0, at: before).head() }.hash != .zero)
            #expect(try log.readNow { try PastReader($0, at: before).job(first) } != nil)
        },
        ConformanceCase(.past, "a clock that went back does not hide what came before") { log in
            log.clock.advance(by: .seconds(100))
            try await log.enqueue()
            let (first, high) = (try await log.head(), log.clock.timestamp)
            // Another process whose clock is behind.
            let clock = ManualClock()
            clock.advance(by: .seconds(50))
            let other = try EventLog(try log.storage.reopen(), environment: .testing(clock: clock))
            let id = log.newID()
            _ = try await other.write { try $0.enqueue(.sample(), as: id, by: .ana) }
            await other.close()
            let (second, low) = (first.next, clock.timestamp)
            #expect(try log.readNow { try $0.position(at: low) } == second)
            #expect(try log.readNow { try $0.position(at: high + .seconds(-1)) } == second)
            #expect(try log.readNow { try $0.position(at: high) } == first)
            #expect(try log.readNow { try $0.position(at: low + .seconds(-1)) } == .beginning)
        },
        ConformanceCase(.past, "queues are shown with the limits and the pause of the time") { log in
            try await log.enqueue()
            let empty = try await log.head()
            let queue: QueueName = .default
            try await log.log.write { _ = try $0.execute(.pause(reason: "lunch"), on: queue, by: .ana) }
            let paused = try await log.head()
            try await log.log.write { _ = try $0.execute(.resume(reason: nil), on: queue, by: .ana) }
            func pause(_ position: EventLogPosition) throws -> QueuePause? {
                try log.readNow { try PastReader($0, at: position).queues().first?.pause }
            }
            #expect(try pause(empty) == nil)
            #expect(try pause(paused)?.reason == "lunch")
            #expect(try pause(try await log.head()) == nil)
        },
    ]
}

/// What can be seen of a log at a moment.
private struct Observation: Equatable {
    let position: EventLogPosition
    let at: Timestamp
    let jobs: [JobState]
    let snapshots: [JobSnapshot]
    let counters: [QueueCountKey: Int]
    let byPhase: [JobPhaseName: [JobID]]
    let inbox: [JobWait]
}

extension ConformanceLog {
    fileprivate func observe(at moment: LogMoment?) async throws -> Observation {
        try await log.read { reader in
            let log = try reader.at(moment)
            let position = try log.head().position
            let jobs = try log.jobs(JobQuery(limit: 100))
            let snapshots = try jobs.compactMap { try log.snapshot(of: $0.id, logLimit: 5) }
            let lists = try JobPhaseName.allCases.map { phase in
                (phase, try log.jobs(JobQuery(JobFilter(phases: [phase]), limit: 100)).map(\.id))
            }
            let inbox =
                try (log as? PastReader)?.openCheckpoints(limit: 100).checkpoints
                ?? reader.openCheckpoints(after: .beginning, limit: 100)
            let last = try log.events(EventQuery(limit: 1, fromEnd: true)).events.first
            return Observation(
                position: position, at: last?.at ?? clock.timestamp, jobs: jobs, snapshots: snapshots,
                counters: try log.counters(),
                byPhase: Dictionary(uniqueKeysWithValues: lists), inbox: inbox)
        }
    }

    fileprivate func readPast(_ job: JobID, at position: EventLogPosition) throws -> JobState? {
        try readNow { try PastReader($0, at: position).job(job) }
    }

    /// Reads on a connection of its own.
    fileprivate func readNow<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result {
        try body(try storage.backend.openReader())
    }
}
