import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing
import WaitingExample

/// The examples of the page "Steering", run as they stand.
@Suite("Steering examples", .timeLimit(.minutes(1)))
struct SteeringTests {
    /// Runs the ledger's handler, with a job that waits for a person.
    private func steer(
        _ body: (JobBench, JobHandle<ImportLedger>, Operator) async throws -> Void
    ) async throws {
        try await JobBench.run(ImportLedgerHandler()) { bench in
            let handle = try await bench.engine.enqueue(ImportLedger(amounts: [12]))
            try await bench.advance(by: .seconds(1))
            try await body(bench, handle, Operator(bench.engine, person: "ana"))
        }
    }

    @Test func `a job that waits is paused, keeps the decision, and goes on when it is resumed`() async throws
    {
        try await steer { _, handle, person in
            try await person.pause(handle.id)
            try await person.approve(handle.id)
            #expect(try await handle.state().phase.name == .paused)
            try await person.resume(handle.id)
            #expect(try await handle.result() == "posted 12, approved by ana")
        }
    }

    @Test func `a cancelled job is begun again and asks again`() async throws {
        try await steer { bench, handle, person in
            try await person.cancel(handle.id)
            #expect(try await handle.state().phase.name == .cancelled)
            try await person.retry(handle.id)
            #expect(try await handle.state().life == 2)
            try await bench.runUntilIdle()
            try await person.approve(handle.id)
            #expect(try await handle.result() == "posted 12, approved by ana")
        }
    }

    @Test func `a job that is yet to come goes before others and gets another moment`() async throws {
        try await steer { bench, _, person in
            let due = bench.clock.timestamp + .seconds(3600)
            let later = try await bench.engine.enqueue(
                ImportLedger(amounts: [1]), EnqueueOptions(notBefore: due))
            try await person.hurry(later.id)
            #expect(try await later.state().priority == .high)
            try await person.reschedule(later.id, to: due + .seconds(3600))
            guard case .scheduled(let until) = try await later.state().phase else {
                Issue.record("\(try await later.state().phase)")
                return
            }
            #expect(until == due + .seconds(3600))
        }
    }

    @Test func `a fork posts again with the total that was recorded, and asks again`() async throws {
        try await steer { bench, handle, person in
            try await person.approve(handle.id)
            _ = try await handle.result()
            let (reused, id) = try await person.postAgain(handle.id)
            #expect(reused == [StepKey("add up")])
            let fork = bench.engine.handle(id, as: ImportLedger.self)
            try await bench.runUntilIdle()
            try await person.approve(id)
            #expect(try await fork.result() == "posted 12, approved by ana")
            #expect(try await fork.state().origin.fork?.job == handle.id)
        }
    }
}
