import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Two runs beside one another", .timeLimit(.minutes(1)))
struct ComparisonTests {
    private static func json(_ text: String) -> Payload { .inline(JSONText(unchecked: text)) }

    private static func step(_ name: StepName, _ output: String, duration: Int64 = 10)
        -> [WorkCommand]
    {
        [
            .startStep(StepKey(name), recorded: nil),
            .completeStep(StepKey(name), output: json(output), duration: duration, recorded: nil),
        ]
    }

    /// Compares two jobs; reading the JSON again gives the same.
    private func compare(_ a: JobID, _ b: JobID, rows: Int = 200, on desk: StandingDesk) async throws
        -> JobComparison
    {
        let comparison = try await desk.engine.compare(a, with: b, rows: rows)
        #expect(try JobComparison(parsing: comparison.json) == comparison)
        return comparison
    }

    @Test func `runs that did the same differ in nothing, however long they took`() async throws {
        try await StandingDesk.run { desk in
            let (a, b) = (try await desk.enqueue(), try await desk.enqueue())
            try await desk.work(a, Self.step("one", "1") + [.complete(output: Self.json("1"))])
            desk.clock.advance(by: .seconds(9))
            try await desk.work(
                b, Self.step("one", "1", duration: 99) + [.complete(output: Self.json("1"))])
            let comparison = try await compare(a, b, on: desk)
            #expect(comparison.isSame && comparison.differences.isEmpty)
            #expect(comparison.firstDivergence == nil && comparison.fork == nil)
            #expect(comparison.stepCount.same == 1 && comparison.stepCount.all == 1)
            #expect(comparison.steps.first?.a?.duration == 10)
            #expect(comparison.steps.first?.b?.duration == 99)
        }
    }

    @Test func `they part at the first step that differs, and the rest is told as well`() async throws {
        try await StandingDesk.run { desk in
            let first = EnqueueRequest(
                kind: Chore.kind, input: JSONText(unchecked: "[1]"), acceptsAnyKind: true)
            let a = try await desk.engine.enqueue(first).state.id
            let b = try await desk.enqueue(EnqueueOptions(queue: "aside"), kind: "test.errand")
            try await desk.work(a, Self.step("zebra", "1"))
            desk.clock.advance(by: .seconds(1))
            let token = try #require(try await desk.engine.state(of: a).leaseToken)
            try await desk.work(
                a, token, Self.step("ant", "2") + Self.step("mule", "3") + [.complete(output: .null)])
            try await desk.work(b, Self.step("zebra", "7"))
            desk.clock.advance(by: .seconds(1))
            let failure = JobFailure(type: "Timeout", message: "no answer", step: StepKey("ant"))
            let other = try #require(try await desk.engine.state(of: b).leaseToken)
            try await desk.work(
                b, other,
                [
                    .startStep(StepKey("ant"), recorded: nil),
                    .failStep(StepKey("ant"), failure, retryAt: nil, recorded: nil),
                    .startStep(StepKey("cow"), recorded: nil), .failAttempt(failure, .discard),
                ])
            let comparison = try await compare(a, b, on: desk)
            #expect(
                comparison.differences == [.kind, .queue, .input, .steps, .state, .error, .output])
            #expect(comparison.a.input?.beginning == "[1]" && comparison.b.input?.beginning == "{}")
            #expect(comparison.firstDivergence?.key == StepKey("zebra"))
            #expect(comparison.firstDivergence?.differences == [.output])
            #expect(comparison.steps.map(\.key.name) == ["zebra", "ant", "cow", "mule"])
            #expect(
                comparison.steps.map(\.differences) == [
                    [.output], [.status, .output, .error, .failures], [.onlyB], [.onlyA],
                ])
            #expect(comparison.b.failure == failure)
            let count = comparison.stepCount
            #expect([count.same, count.different, count.onlyA, count.onlyB] == [0, 2, 1, 1])
        }
    }

    @Test func `a fork against its parent names what it reused`() async throws {
        try await StandingDesk.run { desk in
            let a = try await desk.enqueue()
            try await desk.work(
                a, Self.step("one", "1") + Self.step("two", "2") + [.complete(output: Self.json("3"))])
            let b = try await desk.engine.fork(a, at: StepKey("two"), by: .person("ana")).state.id
            try await desk.work(b, Self.step("two", "20") + [.complete(output: Self.json("21"))])
            let comparison = try await compare(a, b, on: desk)
            #expect(comparison.fork?.isB == true && comparison.fork?.step == StepKey("two"))
            #expect(comparison.differences == [.steps, .output])
            #expect(comparison.firstDivergence?.key == StepKey("two"))
            #expect(comparison.stepCount.same == 1 && comparison.stepCount.reused == 1)
            #expect(comparison.steps.map { $0.b?.isReused } == [true, false])
            let swapped = try await compare(b, a, on: desk)
            #expect(swapped.fork?.isB == false && swapped.fork?.step == StepKey("two"))
        }
    }

    @Test func `decisions, signals and costs`() async throws {
        try await StandingDesk.run { desk in
            var jobs: [JobID] = []
            for (choice, cost) in [(CheckpointChoice.approve, 1.5), (.reject, 3)] {
                let job = try await desk.enqueue()
                let gate = WaitKey(.checkpoint, "gate")
                try await desk.work(
                    job,
                    [
                        .charge(JobCharge(try #require(CostAmount(cost)), "usd")),
                        .openCheckpoint(CheckpointOpened(checkpoint: gate), recorded: nil),
                        .wait([.wait(gate, until: nil)], isOver: false),
                    ])
                try await desk.engine.signal("news", JSONText(unchecked: "1"), to: job, by: .person("bob"))
                desk.clock.advance(by: .seconds(2))
                try await desk.engine.decide(choice, "gate", of: job, by: .person("ana"), reason: "r")
                jobs.append(job)
            }
            let comparison = try await compare(jobs[0], jobs[1], on: desk)
            #expect(comparison.differences == [.waits, .cost])
            #expect(
                comparison.waits.map(\.key) == [WaitKey(.checkpoint, "gate"), WaitKey(.signal, "news")])
            #expect(comparison.waits.map(\.differences) == [[.status], []])
            let gate = try #require(comparison.waits.first)
            #expect(gate.a?.status == "approved" && gate.b?.status == "rejected")
            #expect(gate.a?.actor == .person("ana") && gate.a?.duration == 2_000_000)
            #expect(comparison.a.spent == ["usd": 1.5] && comparison.b.spent == ["usd": 3])
        }
    }

    @Test func `of many steps those that differ are listed first, and all are counted`() async throws {
        try await StandingDesk.run { desk in
            var jobs: [JobID] = []
            for odd in [0, 700] {
                let job = try await desk.enqueue()
                let commands = (1...1_000).flatMap { number -> [WorkCommand] in
                    let key = StepKey("insert", occurrence: number)
                    let output = Self.json(number == odd ? "-1" : "\(number)")
                    return [
                        .startStep(key, recorded: nil),
                        .completeStep(key, output: output, duration: 1, recorded: nil),
                    ]
                }
                try await desk.work(job, commands)
                jobs.append(job)
            }
            let comparison = try await compare(jobs[0], jobs[1], rows: 5, on: desk)
            #expect(comparison.steps.map(\.key.occurrence) == [1, 2, 3, 4, 700])
            #expect(comparison.firstDivergence?.key == StepKey("insert", occurrence: 700))
            #expect(comparison.stepCount.same == 999 && comparison.stepCount.different == 1)
        }
    }

    @Test func `a large value is told apart by its digest`() async throws {
        try await StandingDesk.run { desk in
            var jobs: [JobID] = []
            for letter in ["x", "y"] {
                let input = JSONText.string(String(repeating: letter, count: 70_000))
                let request = EnqueueRequest(kind: Chore.kind, input: input, acceptsAnyKind: true)
                jobs.append(try await desk.engine.enqueue(request).state.id)
            }
            let comparison = try await compare(jobs[0], jobs[1], on: desk)
            #expect(comparison.differences == [.input])
            #expect(comparison.a.input?.bytes == 70_002 && comparison.a.input?.beginning == nil)
        }
    }

    @Test func `a job that nobody knows cannot be compared`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            await #expect(throws: JobRejection.unknownJob) {
                try await desk.engine.compare(job, with: JobID(high: 1, low: 2))
            }
        }
    }
}
