import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let snapshot: [ConformanceCase] = [
        ConformanceCase(.snapshot, "a snapshot has the state, the steps as they began and the newest lines") {
            log in
            let job = try await log.enqueue()
            let other = try await log.enqueue()
            let token = try await log.start(job)
            let otherToken = try await log.start(other)
            for name in ["z", "m", "a"] as [StepName] {
                log.clock.advance(by: .seconds(1))
                try await log.work(.begin(StepKey(name)), on: job, token)
                try await log.work(.line("in \(name)"), on: job, token)
                try await log.work(.line("elsewhere"), on: other, otherToken)
            }
            try await log.work(.record(StepKey("z")), on: job, token)
            let snapshot = try #require(try await log.log.read { try $0.snapshot(of: job, logLimit: 2) })
            #expect(snapshot.position == (try await log.head()))
            #expect(snapshot.state == (try await log.state(job)))
            #expect(snapshot.steps.map(\.key.name) == ["z", "m", "a"])
            #expect(snapshot.steps.map(\.isCompleted) == [true, false, false])
            let lines = try snapshot.logs.map { try JSONFields($0.data).string("message") }
            #expect(lines == ["in m", "in a"])
            #expect(
                snapshot.logs
                    == (try await log.events(
                        EventQuery(job: job, kinds: [.logWritten], limit: 2, fromEnd: true))))
            #expect(try await log.log.read { try $0.snapshot(of: job, logLimit: 50) }?.logs.count == 3)
            #expect(try await log.log.read { try $0.snapshot(of: log.newID(), logLimit: 2) } == nil)
        },
        ConformanceCase(.snapshot, "it has the events of the checkpoints that wait, the oldest first") {
            log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            for name in ["b", "a", "c"] as [WaitName] {
                let opened = CheckpointOpened(checkpoint: WaitKey(.checkpoint, name))
                try await log.work(.openCheckpoint(opened, recorded: nil), on: job, token)
            }
            try await log.execute(
                .steer(.decide(CheckpointVerdict(.reject, name: "a"), recorded: nil)), on: job)
            let snapshot = try #require(try await log.log.read { try $0.snapshot(of: job, logLimit: 2) })
            let opened = try await log.events(EventQuery(job: job, kinds: [.checkpointOpened]))
            #expect(opened.count == 3)
            #expect(snapshot.checkpoints == [opened[0], opened[2]])
        },
        ConformanceCase(.snapshot, "of many steps it has the newest thousand") { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            try await log.log.write { transaction in
                for number in 1...1005 {
                    // Otherwise all would begin in the same microsecond.
                    log.clock.advance(by: .microseconds(1))
                    try transaction.execute(
                        .work(token, .begin(StepKey("a", occurrence: number))), on: job, by: .ana)
                }
            }
            let snapshot = try #require(try await log.log.read { try $0.snapshot(of: job, logLimit: 1) })
            #expect(snapshot.steps.map(\.key.occurrence) == Array(6...1005))
        },
        ConformanceCase(.snapshot, "a snapshot is of one moment while writes go on") { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            let times = 50
            async let writing: Void = log.keepWriting(times, on: job, token)
            var snapshots: [EventLogPosition: JobSnapshot] = [:]
            var version: Int64 = 0
            repeat {
                let snapshot = try #require(
                    try await log.log.read { try $0.snapshot(of: job, logLimit: 5) })
                let same = snapshots.updateValue(snapshot, forKey: snapshot.position)
                #expect(same == nil || same == snapshot)
                version = snapshot.state.version
            } while version != 2 + Int64(times) * 3
            try await writing
            let all = try await log.events(EventQuery(job: job, limit: 2000))
            for (position, snapshot) in snapshots {
                let past = all.filter { $0.position <= position }
                let fold = try Refold(past)
                #expect(snapshot.state == fold.jobs[job])
                #expect(Set(snapshot.steps) == Set((fold.steps[job] ?? [:]).values))
                #expect(snapshot.logs == Array(past.filter { $0.kind == "log.written" }.suffix(5)))
            }
        },
    ]

    static let counters: [ConformanceCase] = [
        ConformanceCase(.counters, "jobs are counted by queue and state") { log in
            let jobs = [
                try await log.enqueue(), try await log.enqueue(),
                try await log.enqueue(.sample(queue: "aside")),
                try await log.enqueue(.sample(notBefore: log.clock.timestamp + .seconds(1))),
            ]
            func counts() async throws -> [QueueCountKey: Int] {
                try await log.log.read { try $0.counters().filter { $0.value != 0 } }
            }
            let key = { (queue: QueueName, phase: JobPhaseName) in QueueCountKey(queue: queue, phase: phase) }
            #expect(
                try await counts() == [
                    key(.default, .queued): 2, key("aside", .queued): 1, key(.default, .scheduled): 1,
                ])
            let token = try await log.start(jobs[0])
            try await log.execute(.steer(.cancel(reason: nil)), on: jobs[2])
            #expect(
                try await counts() == [
                    key(.default, .queued): 1, key(.default, .running): 1, key("aside", .cancelled): 1,
                    key(.default, .scheduled): 1,
                ])
            try await log.work(.line("changes nothing"), on: jobs[0], token)
            try await log.work(.complete(output: .null), on: jobs[0], token)
            #expect(try await counts()[key(.default, .completed)] == 1)
            #expect(try await counts()[key(.default, .running)] == nil)
        }
    ]
}

extension ConformanceLog {
    /// Writes a step, its result and a line, again and again, each in a transaction of its own.
    fileprivate func keepWriting(_ times: Int, on job: JobID, _ token: LeaseToken) async throws {
        for number in 1...times {
            let step = StepKey("a", occurrence: number)
            try await work(.begin(step), on: job, token)
            try await work(.record(step), on: job, token)
            try await work(.line("line \(number)"), on: job, token)
        }
    }
}
