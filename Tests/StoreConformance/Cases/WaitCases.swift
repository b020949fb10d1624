import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let wait: [ConformanceCase] = [
        ConformanceCase(.wait, "the inbox has what waits for a person, the oldest first") { log in
            var jobs: [JobID] = []
            for name in ["a", "b", "c"] as [WaitName] {
                let job = try await log.enqueue()
                let token = try await log.start(job)
                try await log.work(.open(WaitKey(.checkpoint, name)), on: job, token)
                jobs.append(job)
            }
            let open = try await log.log.read { try $0.openCheckpoints(after: .beginning, limit: 10) }
            #expect(open.map(\.job) == jobs)
            let rest = try await log.log.read {
                try $0.openCheckpoints(after: open[0].record.opened, limit: 1)
            }
            #expect(rest.map(\.job) == [jobs[1]])
            try await log.execute(
                .steer(.decide(CheckpointVerdict(.approve, name: "b"), recorded: nil)), on: jobs[1])
            let token = try #require(try await log.state(jobs[2]).leaseToken)
            try await log.work(.cancel(reason: nil), on: jobs[2], token)
            let left = try await log.log.read { try $0.openCheckpoints(after: .beginning, limit: 10) }
            #expect(left.map(\.job) == [jobs[0]])
        },
        ConformanceCase(.wait, "the inbox of an owner has what waits in their jobs, in pages") { log in
            var jobs: [Owner?: [JobID]] = [:]
            for owner in ["ana", nil, "bob", "ana", "ana"] as [Owner?] {
                var event = JobEnqueued.sample()
                event.owner = owner
                let job = try await log.enqueue(event)
                let token = try await log.start(job)
                try await log.work(.open(WaitKey(.checkpoint, "gate")), on: job, token)
                jobs[owner, default: []].append(job)
            }
            for owner in ["ana", "bob", "eve"] as [Owner] {
                let open = try await log.log.read {
                    try $0.openCheckpoints(of: owner, after: .beginning, limit: 10)
                }
                #expect(open.map(\.job) == jobs[owner] ?? [])
            }
            let first = try await log.log.read {
                try $0.openCheckpoints(of: "ana", after: .beginning, limit: 1)
            }
            let opened = try #require(first.first?.record.opened)
            let rest = try await log.log.read { try $0.openCheckpoints(of: "ana", after: opened, limit: 5) }
            #expect(rest.map(\.job) == jobs["ana"]?.dropFirst().map(\.self))
        },
        ConformanceCase(.wait, "waits come by kind and name, then the newest first, as far as they match") {
            log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            for number in 1...3 {
                for name in ["b", "a"] as [WaitName] {
                    try await log.work(.open(WaitKey(.checkpoint, name, occurrence: number)), on: job, token)
                }
            }
            let nap = TimerSet(wait: WaitKey(.timer, "a"), due: log.clock.timestamp)
            try await log.work(.setTimer(nap, recorded: nil), on: job, token)
            func keys(_ query: WaitQuery) async throws -> [String] {
                try await log.log.read { try $0.waits(of: job, query) }.map(\.key.description)
            }
            #expect(
                try await keys(WaitQuery(limit: 5)) == [
                    "checkpoint a#3", "checkpoint a#2", "checkpoint a#1", "checkpoint b#3", "checkpoint b#2",
                ])
            #expect(try await keys(WaitQuery(kind: .timer)) == ["timer a#1"])
            #expect(try await keys(WaitQuery(kind: .checkpoint, name: "b", limit: 1)) == ["checkpoint b#3"])
            #expect(try await keys(WaitQuery(name: "a", status: .closed)).isEmpty)
        },
        ConformanceCase(.wait, "what is due is found at its moment, and ends once") { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            let due = log.clock.timestamp + .seconds(10)
            let nap = WaitKey(.timer, "nap")
            try await log.work(.setTimer(TimerSet(wait: nap, due: due), recorded: nil), on: job, token)
            #expect(try await log.log.read { try $0.earliestDue() } == due)
            #expect(try await log.log.write { try $0.dueWaits(limit: 5) }.isEmpty)
            log.clock.advance(to: .init(due))
            #expect(try await log.log.write { try $0.dueWaits(limit: 5) }.map(\.record.key) == [nap])
            for _ in 0..<2 { try await log.execute(.fireWait(nap, recorded: nil), on: job) }
            #expect(try await log.events(EventQuery(kinds: [.timerFired])).count == 1)
            #expect(try await log.log.read { try $0.earliestDue() } == nil)
        },
        ConformanceCase(.wait, "a command that fails leaves the waits as they were") { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            let gate = WaitKey(.checkpoint, "gate")
            try await log.work(.open(gate), on: job, token)
            _ = try await log.together([
                { transaction in
                    let verdict = CheckpointVerdict(.approve, name: "gate")
                    try transaction.execute(.steer(.decide(verdict, recorded: nil)), on: job, by: .ana)
                    try transaction.execute(.work(token, .cancel(reason: nil)), on: job, by: .ana)
                    throw ChangeOfMind()
                }
            ])
            let record = try await log.log.read { try $0.wait(gate, of: job) }
            #expect(record?.status == .open)
            try await log.expectFoldedProjections()
        },
    ]
}

extension WorkCommand {
    /// Asks a person.
    static func open(_ checkpoint: WaitKey) -> WorkCommand {
        .openCheckpoint(CheckpointOpened(checkpoint: checkpoint), recorded: nil)
    }
}
