import Holdfast
import HoldfastTesting
import Testing

/// The examples of the page *Testing*: how users test their handlers.
@Suite("Testing handlers", .timeLimit(.minutes(1)))
struct HandlerTests {
    private struct Payout: Job {
        static let kind: JobKind = "payout"
        typealias Output = String
        var amount: Int
    }

    private struct PayoutHandler: JobHandler {
        func run(_ job: Payout, _ context: JobContext) async throws -> String {
            let fee = try await context.step("fee") { job.amount / 100 }
            let decision = try await context.checkpoint("release", summary: job, timeout: .seconds(48 * 3600))
            guard decision.isApproved else { throw JobOutcome.cancel("not released") }
            try await context.sleep("settle", for: .seconds(3600))
            return try await context.step("transfer") { "sent \(job.amount - fee)" }
        }
    }

    @Test func `a released payout is sent after an hour`() async throws {
        try await JobBench.run(PayoutHandler()) { bench in
            let payout = try await bench.enqueue(Payout(amount: 500))
            try await bench.runUntilIdle()
            try await payout.decide(.approve, "release", by: "ana")
            try await bench.advance(by: .seconds(3600))
            #expect(try await payout.result() == "sent 495")
        }
    }

    @Test func `a payout that nobody releases is cancelled after two days`() async throws {
        try await JobBench.run(PayoutHandler()) { bench in
            let payout = try await bench.enqueue(Payout(amount: 500))
            let end = try await bench.runToEnd(of: payout.id)
            #expect(end.phase.name == .cancelled)
            try await bench.expectHistory(
                of: payout.id,
                [.enqueued, .started, .step("fee"), .checkpoint("release"), .expired("release"), .cancelled])
        }
    }

    private struct HastyPayoutHandler: JobHandler {
        func run(_ job: Payout, _ context: JobContext) async throws -> String {
            try await context.step("check limits") {}
            return try await PayoutHandler().run(job, context)
        }
    }

    @Test func `a step must not be put before recorded ones`() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        var id: JobID?
        try await JobBench.run(PayoutHandler(), over: store, clock: clock) { bench in
            id = try await bench.enqueue(Payout(amount: 500)).id
            try await bench.runUntilIdle()
        }
        let payout = try #require(id)
        try await JobBench.run(HastyPayoutHandler(), over: store, clock: clock) { bench in
            try await bench.runToEnd(of: payout)
            try await bench.expectHistory(
                of: payout, [.enqueued, .started, .step("fee"), .checkpoint("release"), .failed])
        }
    }

    private struct RefusingHandler: JobHandler {
        struct Refused: Error {}

        func run(_ job: Payout, _ context: JobContext) async throws -> String { throw Refused() }

        func retryDecision(after error: any Error, failures: Int) -> RetryDecision? {
            error is Refused ? .discard : nil
        }
    }

    @Test func `a handler has its own word about errors on the bench too`() async throws {
        try await JobBench.run(RefusingHandler()) { bench in
            let payout = try await bench.enqueue(Payout(amount: 500))
            try await bench.runUntilIdle()
            #expect(try await payout.state().phase.name == .failed)
        }
    }

    @Test func `today's handler still does what a recorded payout did`() async throws {
        let history = try await recordedPayout()
        try await replay(history, with: PayoutHandler())
        let difference = await #expect(throws: ReplayDifference.self) {
            try await replay(history, with: HastyPayoutHandler())
        }
        #expect(difference?.text.contains("+ asks for step check limits#1") == true)
    }

    /// What `holdfast history JOB --json` prints of a payout that was sent.
    private func recordedPayout() async throws -> String {
        var lines = ""
        try await JobBench.run(PayoutHandler()) { bench in
            let payout = try await bench.enqueue(Payout(amount: 500))
            try await bench.runUntilIdle()
            try await payout.decide(.approve, "release", by: "ana")
            try await bench.runToEnd(of: payout.id)
            lines = try await bench.exportedHistory(of: payout.id)
        }
        return lines
    }
}
