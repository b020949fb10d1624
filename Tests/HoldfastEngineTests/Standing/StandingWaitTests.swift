import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("What a job waits for and does", .timeLimit(.minutes(1)))
struct StandingWaitTests {
    @Test func `a decision, until when and what happens then`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            let gate = WaitKey(.checkpoint, "post")
            let due = desk.clock.timestamp + .seconds(60)
            let opened = CheckpointOpened(checkpoint: gate, deadline: due, onDeadline: .approve)
            try await desk.work(
                job, .openCheckpoint(opened, recorded: nil), .wait([.wait(gate, until: nil)], isOver: false))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.checkpoint])
            let reason = try #require(reasons.first)
            #expect(reason.wait == gate)
            #expect(reason.since == desk.clock.timestamp)
            #expect(reason.until == due)
            #expect(reason.onDeadline == .approve)
        }
    }

    @Test func `a signal, and a moment`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            let (signal, sleep) = (WaitKey(.signal, "paid"), WaitKey(.timer, "nap"))
            let due = desk.clock.timestamp + .seconds(60)
            try await desk.work(
                job, .setTimer(TimerSet(wait: sleep, due: due), recorded: nil),
                .wait([.wait(signal, until: nil), .wait(sleep, until: due)], isOver: false))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.signal, .timer])
            #expect(reasons.map(\.wait) == [signal, sleep])
            #expect(reasons.map(\.until) == [nil, due])
            #expect(reasons.map(\.since) == [desk.clock.timestamp, desk.clock.timestamp])
        }
    }

    @Test func `children, which and how they are`() async throws {
        try await StandingDesk.run { desk in
            let (job, first, second) = (
                try await desk.enqueue(), try await desk.enqueue(), try await desk.enqueue()
            )
            func spawn(_ child: JobID, _ occurrence: Int) -> WorkCommand {
                let key = WaitKey(.child, "page", occurrence: occurrence)
                return .spawn(ChildSpawned(child: key, job: child, kind: Chore.kind), recorded: nil)
            }
            try await desk.work(
                job, spawn(first, 1), spawn(second, 2), .wait([.children("page", .all)], isOver: false))
            try await desk.engine.steer(.pause(reason: nil), second, by: .person("bob"))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.children])
            #expect(reasons.first?.group == "page")
            #expect(reasons.first?.count == 2)
            #expect(
                Set(reasons.first?.jobs ?? []) == [
                    StandingJob(id: first, state: .queued), StandingJob(id: second, state: .paused),
                ])
        }
    }

    @Test func `one child`() async throws {
        try await StandingDesk.run { desk in
            let (job, child) = (try await desk.enqueue(), try await desk.enqueue())
            let key = WaitKey(.child, "page")
            try await desk.work(
                job, .spawn(ChildSpawned(child: key, job: child, kind: Chore.kind), recorded: nil),
                .wait([.wait(key, until: nil)], isOver: false))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.child])
            #expect(reasons.first?.jobs == [StandingJob(id: child, state: .queued)])
        }
    }

    @Test func `it runs: who holds the lease until when, the step under way, and how far it is`() async throws
    {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            let progress = Progress(.count(done: 1, total: 4))
            let since = desk.clock.timestamp
            try await desk.work(
                job, .startStep(StepKey("a"), recorded: nil),
                .completeStep(StepKey("a"), output: .null, duration: 1, recorded: nil),
                .startStep(StepKey("b"), recorded: nil), .updateProgress(progress))
            desk.clock.advance(by: .seconds(9))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.running, .step])
            let run = try #require(reasons.first)
            #expect(run.worker == "mill/default" && run.engine == "mill-1")
            #expect(run.since == since && run.seenAt == since)
            #expect(run.until == since + desk.engine.configuration.log.leaseDuration)
            #expect(run.progress == progress)
            #expect(reasons.last?.step == StepKey("b") && reasons.last?.since == since)
        }
    }

    @Test func `a step that is tried again says when and why`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            let failure = JobFailure(type: "Timeout", message: "no answer", step: StepKey("dial"))
            let retryAt = desk.clock.timestamp + .seconds(5)
            try await desk.work(
                job, .startStep(StepKey("dial"), recorded: nil),
                .failStep(StepKey("dial"), failure, retryAt: retryAt, recorded: nil))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.running, .stepAwaitsRetry])
            #expect(reasons.last?.until == retryAt)
            #expect(reasons.last?.failure == failure)
            #expect(reasons.last?.count == 1)
        }
    }

    @Test func `the step under way of a job with thousands of them is found`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            let token = try await desk.start(job)
            let last = StepKey("insert", occurrence: 1_200)
            try await desk.engine.log.write { transaction in
                for number in 1...1_200 {
                    let key = StepKey("insert", occurrence: number)
                    try transaction.execute(
                        .work(token, .startStep(key, recorded: nil)), on: job, by: .worker("mill/default"))
                    guard key != last else { break }
                    try transaction.execute(
                        .work(token, .completeStep(key, output: .null, duration: 1, recorded: nil)), on: job,
                        by: .worker("mill/default"))
                }
            }
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.running, .step])
            #expect(reasons.last?.step == last)
        }
    }

    @Test func `asked to stop, by whom and until when`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            try await desk.start(job)
            try await desk.engine.steer(
                .cancel(reason: "wrong file", within: .seconds(7)), job, by: .person("bob"))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.cancelling, .running])
            #expect(reasons.first?.actor == .person("bob"))
            #expect(reasons.first?.until == desk.clock.timestamp + .seconds(7))
            let other = try await desk.enqueue()
            try await desk.start(other)
            try await desk.engine.steer(.pause(reason: nil), other, by: .person("bob"))
            #expect(try await desk.codes(of: other) == [.pausing, .running])
        }
    }

    @Test func `its lease ran out`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            try await desk.start(job)
            let end = desk.clock.timestamp + desk.engine.configuration.log.leaseDuration
            desk.clock.advance(by: .seconds(31))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.leaseLost, .running])
            #expect(reasons.first?.since == end && reasons.first?.worker == "mill/default")
        }
    }
}
