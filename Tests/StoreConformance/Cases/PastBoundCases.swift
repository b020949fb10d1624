import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

// What has a bound: the steps of jobs with so many events that nobody folds all of them, and the inbox over all jobs.
extension ConformanceCase {
    static let pastBounds: [ConformanceCase] = [
        ConformanceCase(
            .past, "the inbox of the past is in order, of an owner, in pages, and says what it left out"
        ) {
            log in
            var jobs: [JobID] = []
            for owner in ["ana", "bob", "ana", nil] as [Owner?] {
                let job = try await log.enqueue(.sample(owner: owner))
                let token = try await log.start(job)
                try await log.work(.open(WaitKey(.checkpoint, "gate")), on: job, token)
                jobs.append(job)
            }
            let gate = WaitKey(.checkpoint, "gate")
            let token = try #require(try await log.state(jobs[3]).leaseToken)
            try await log.work(.wait([.wait(gate, until: nil)], isOver: false), on: jobs[3], token)
            let then = try await log.head()
            for job in jobs { try await log.execute(.steer(.cancel(reason: nil)), on: job) }
            func inbox(
                _ owner: Owner? = nil, after: EventLogPosition = .beginning, limit: Int = 10,
                jobLimit: Int = 10
            ) async throws -> PastInbox {
                try await log.log.read {
                    try PastReader($0, at: then)
                        .openCheckpoints(of: owner, after: after, limit: limit, jobLimit: jobLimit)
                }
            }
            let whole = try await inbox()
            #expect(whole.checkpoints.map(\.job) == jobs && whole.isComplete)
            #expect(try await inbox("ana").checkpoints.map(\.job) == [jobs[0], jobs[2]])
            let first = try await inbox(limit: 1)
            #expect(first.checkpoints.map(\.job) == [jobs[0]] && first.isComplete)
            let rest = try await inbox(after: whole.checkpoints[0].record.opened, limit: 2)
            #expect(rest.checkpoints.map(\.job) == [jobs[1], jobs[2]])
            #expect(try await inbox(jobLimit: 4).isComplete)
            let cut = try await inbox(jobLimit: 2)
            #expect(cut.checkpoints.map(\.job) == [jobs[2], jobs[3]] && !cut.isComplete)
        },
        ConformanceCase(.past, "few steps of a long life are shown as then, however long ago they changed") {
            log in
            var life = LongLife(log, job: try await log.enqueue())
            try await life.start()
            try await life.work([
                .begin(StepKey("first")), .record(StepKey("first")), .begin(StepKey("flaky")),
            ])
            try await life.work([.failStep(StepKey("flaky"))])
            try await life.work([
                .begin(StepKey("flaky")), .record(StepKey("flaky")), .begin(StepKey("long")),
            ])
            try await life.work([.begin(StepKey("hard"))])
            try await life.work([.failStep(StepKey("hard"))])
            for _ in 0..<6 { try await life.talk(800) }
            try await life.work([.record(StepKey("long")), .begin(StepKey("second"))])
            try await life.work([.record(StepKey("second")), .begin(StepKey("hard"))])
            for _ in 0..<6 { try await life.talk(800) }
            try await life.work([.record(StepKey("hard")), .reportUnused([StepKey("first")])])
            try await life.compare()
        },
        ConformanceCase(.past, "the newest of many steps are shown as then") { log in
            var life = LongLife(log, job: try await log.enqueue())
            try await life.start()
            try await life.work([.begin(StepKey("long")), .begin(StepKey("flaky"))])
            try await life.work([.failStep(StepKey("flaky"))])
            for page in 0..<19 { try await life.workThrough(page * 100..<page * 100 + 100) }
            for page in 20..<24 {
                try await life.workThrough(page * 100..<page * 100 + 100, isWatched: page > 22)
            }
            try await life.work([.begin(StepKey("flaky")), .record(StepKey("long"))])
            try await life.work([.record(StepKey("flaky"))])
            try await life.compare()
        },
        ConformanceCase(.past, "a step whose beginnings nobody looked for is said to be in doubt") { log in
            let job = try await log.enqueue()
            var life = LongLife(log, job: job)
            try await life.start()
            try await life.work([.begin(StepKey("hard"))])
            try await life.work([.failStep(StepKey("hard"))])
            try await life.work([.begin(StepKey("hard"))])
            for _ in 0..<26 { try await life.talk(800) }
            let then = try await log.head()
            try await life.work([.record(StepKey("hard"))])
            let seen = try await log.log.read {
                try PastReader($0, at: then).snapshot(of: job, logLimit: 0)
            }
            let shown = try #require(seen)
            #expect(shown.steps.map(\.status) == [.started])
            #expect(shown.hasDoubtfulSteps)
        },
    ]
}

/// A job with many events, and what a live observer saw of its steps.
private struct LongLife {
    let log: ConformanceLog
    let job: JobID
    private var token: LeaseToken?
    private var seen: [JobSnapshot] = []

    init(_ log: ConformanceLog, job: JobID) { (self.log, self.job) = (log, job) }

    mutating func start() async throws { token = try await log.start(job) }

    /// Does some work in one transaction, and looks at the job.
    mutating func work(_ commands: [WorkCommand], isWatched: Bool = true) async throws {
        log.clock.advance(by: .milliseconds(1))
        let (token, job) = (try #require(token), job)
        try await log.log.write { transaction in
            for command in commands {
                try transaction.execute(.work(token, command), on: job, by: .worker("worker-1"))
            }
        }
        guard isWatched else { return }
        seen.append(try #require(try await log.log.read { try $0.snapshot(of: job, logLimit: 0) }))
    }

    /// Begins and completes a step for each number.
    mutating func workThrough(_ numbers: Range<Int>, isWatched: Bool = true) async throws {
        try await work(
            numbers.flatMap { number -> [WorkCommand] in
                let key = StepKey("page", occurrence: number + 1)
                return [.begin(key), .record(key)]
            }, isWatched: isWatched)
    }

    /// Writes so many lines.
    mutating func talk(_ lines: Int) async throws {
        try await work(Array(repeating: .line("on"), count: lines))
    }

    /// Looks at each moment again, now that it is past.
    func compare() async throws {
        for expected in seen {
            let past = try await log.log.read {
                try PastReader($0, at: expected.position).snapshot(of: job, logLimit: 0)
            }
            #expect(past?.state == expected.state)
            #expect(past?.steps == expected.steps, "at \(expected.position)")
            #expect(past?.hasDoubtfulSteps == false, "at \(expected.position)")
        }
    }
}

extension WorkCommand {
    fileprivate static func failStep(_ key: StepKey) -> WorkCommand {
        .failStep(key, .sample, retryAt: nil, recorded: nil)
    }
}
