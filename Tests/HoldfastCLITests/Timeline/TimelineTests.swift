import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("Timelines", .timeLimit(.minutes(1)))
struct TimelineTests {
    /// A job that is tried again, crashes, waits for a person and completes, over 100 s.
    private static func make() async throws -> (desk: CommandDesk, job: String) {
        let desk = try CommandDesk()
        let job = try await desk.enqueue("ledger.import", "--backoff", "constant", "--wait", "20s")
        let id = try #require(JobID(job))
        func pass(_ seconds: Int) { desk.clock.advance(by: .seconds(seconds)) }
        let failure = JobFailure(type: "Timeout", message: "no answer", step: StepKey("parse"))
        pass(10)
        try await desk.work(job, [.startStep(StepKey("parse"), recorded: nil)])
        pass(10)
        try await desk.goOn(
            job,
            [
                .failStep(StepKey("parse"), failure, retryAt: nil, recorded: nil),
                .failAttempt(failure, .byPolicy(random: 0)),
            ])
        pass(20)
        try await desk.withEngine { engine in
            _ = try await engine.log.write { try $0.execute(.fireTimer, on: id, by: .engine(engine.id)) }
        }
        try await desk.work(job, [.startStep(StepKey("parse"), recorded: nil)])
        pass(10)
        try await desk.withEngine { engine in
            _ = try await engine.log.write { transaction in
                guard case .running(let run) = try transaction.job(id)?.phase else { return }
                try transaction.execute(
                    .expireLease(run.token, .processDied, crashLimit: 9), on: id, by: .engine(engine.id))
            }
        }
        let gate = WaitKey(.checkpoint, "post-to-books")
        try await desk.work(
            job,
            [
                .startStep(StepKey("parse"), recorded: nil),
                .completeStep(StepKey("parse"), output: .null, duration: 0, recorded: nil),
                .openCheckpoint(CheckpointOpened(checkpoint: gate), recorded: nil),
                .wait([.wait(gate, until: nil)], isOver: false),
            ])
        pass(40)
        _ = try await desk.run("approve", job, "post-to-books")
        try await desk.work(job, [.startStep(StepKey("post"), recorded: nil)])
        pass(10)
        try await desk.goOn(
            job,
            [
                .completeStep(StepKey("post"), output: .null, duration: 10_000_000, recorded: nil),
                .complete(output: .null),
            ])
        return (desk, job)
    }

    @Test func `states, steps and waits are drawn over time, with failures, crashes and gaps`() async throws {
        let (desk, job) = try await Self.make()
        let page = try await desk.run("history", job, "--format", "timeline")
        #expect(page.code == .success, "\(page.errors)")
        #expect(
            page.lines.first == "ledger.import completed, 1 min 40 s from 12:00:00.000 to 12:01:40.000",
            "\(page.output)")
        let bars = page.lines.dropFirst().filter {
            $0.hasPrefix("job") || $0.hasPrefix("parse") || $0.hasPrefix("checkpoint") || $0.hasPrefix("post")
        }
        #expect(bars.count == 4, "\(page.output)")
        for (bar, glyphs) in zip(bars, [".#x:!-", "#x!", "-", "#"]) {
            #expect(Set(glyphs).isSubset(of: Set(bar)), "\(bar)")
        }
        #expect(page.output.unicodeScalars.allSatisfy { $0.isASCII })
        #expect(page.lines.last == ". queued   : due later   - waits   # runs   x failed   ! crashed")
    }

    @Test(arguments: [40, 60, 80, 132])
    func `a timeline fits, in blocks where the terminal shows them`(columns: Int) async throws {
        let (desk, job) = try await Self.make()
        for (locale, glyph) in [("de_DE.UTF-8", "█"), ("C", "#")] {
            let page = try await desk.run(
                ["history", job, "--format", "timeline"], columns: columns,
                variables: ["HOLDFAST_DB": desk.database, "LANG": locale])
            #expect(page.output.contains(glyph))
            #expect(page.lines.allSatisfy { DisplayWidth.columns(of: $0) <= columns }, "\(page.output)")
        }
    }

    @Test func `each stretch is as long as what it stands for`() async throws {
        let (desk, job) = try await Self.make()
        var timeline = JobTimeline()
        for line in try await desk.run("history", job, "--json").lines {
            try timeline.apply(try StoredEvent(envelope: JSONText(validating: line)))
        }
        let end = timeline.end(at: desk.clock.timestamp)
        func seconds(_ lane: Int, _ activity: JobTimeline.Activity) -> Int64 {
            timeline.lanes[lane].length(of: activity, until: end) / 1_000_000
        }
        #expect(
            timeline.lanes.map(\.name) == [
                nil, .step(StepKey("parse")), .wait(WaitKey(.checkpoint, "post-to-books")),
                .step(StepKey("post")),
            ])
        #expect(seconds(0, .queued) == 10)
        #expect(seconds(0, .running) == 30)
        #expect(seconds(0, .later) == 20)
        #expect(seconds(0, .waiting) == 40)
        #expect(seconds(1, .running) == 20)
        #expect(seconds(2, .waiting) == 40)
        #expect(seconds(3, .running) == 10)
        #expect(timeline.lanes[1].spans.count { $0.activity == .crashed } == 1)
    }

    @Test func `a job with many steps shares lines by name`() async throws {
        let desk = try CommandDesk()
        let job = try await desk.enqueue()
        try await desk.work(
            job,
            (1...200).flatMap { number -> [WorkCommand] in
                let step = StepKey(number % 2 == 0 ? "hash" : "copy", occurrence: (number + 1) / 2)
                return [
                    .startStep(step, recorded: nil),
                    .completeStep(step, output: .null, duration: 1, recorded: nil),
                ]
            })
        let page = try await desk.run("history", job, "--format", "timeline", columns: 60)
        #expect(page.lines.contains { $0.hasPrefix("hash x100") }, "\(page.output)")
        #expect(page.lines.count < 10)
    }
}
