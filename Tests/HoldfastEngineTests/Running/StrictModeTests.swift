import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

/// Without a bench, a new step is known as such once nothing of the run has gone on for the grace of a wait.
@Suite("Strict mode", .timeLimit(.minutes(1)))
struct StrictModeTests {
    @Test func `a step that is new is found out when nothing else goes on`() async throws {
        try await TestEngine.runChores(configure: { $0.matchesStepsStrictly = true }) { _, context in
            if context.attempt > 1 { try await context.step("new") {} }
            try await context.step("old") {}
            if context.attempt == 1 { throw Mishap() }
            return "done"
        } test: { test in
            let job = try await test.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            try await test.reached(.jobAttemptFailed, of: job.id)
            let ticks = Task { [clock = test.clock, wait = test.engine.configuration.waitingGrace] in
                while true {
                    let due = clock.timestamp + wait
                    try await clock.timer(at: due)
                    clock.advance(to: .init(due))
                }
            }
            defer { ticks.cancel() }
            let failed = try await test.reached(.jobFailed, of: job.id)
            guard case .job(.failed(let event)) = failed.event else { return }
            #expect(event.failure.type == "StepMismatch")
            #expect(event.cause == .discarded)
        }
    }
}
