import Holdfast
import HoldfastTesting
import Testing

/// The example of the documentation: how users test their handlers.
@Suite("Testing handlers", .timeLimit(.minutes(1)))
struct HandlerTests {
    private struct Countdown: Job {
        static let kind: JobKind = "countdown"
        typealias Output = String
        var from: Int
    }

    private struct CountdownHandler: JobHandler {
        func run(_ job: Countdown, _ context: JobContext) async throws -> String {
            for number in stride(from: job.from, to: 0, by: -1) {
                _ = try await context.step("count") { number }
            }
            return "lift-off"
        }
    }

    @Test func `a countdown ends with lift-off`() async throws {
        let clock = ManualClock()
        let engine = try JobEngine(InMemoryStore(), environment: .testing(clock: clock))
        engine.register(CountdownHandler())
        let countdown = try await engine.enqueue(Countdown(from: 3))
        let running = Task { try await engine.run() }
        #expect(try await countdown.result() == "lift-off")
        running.cancel()
        try await running.value
        await engine.close()
    }
}
