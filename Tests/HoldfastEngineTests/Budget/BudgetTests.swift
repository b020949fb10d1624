import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Budgets", .timeLimit(.minutes(1)))
struct BudgetTests {
    private static let limit = EnqueueOptions(
        retry: .atOnce, budget: JobBudget(limit: 5, unit: "usd"))

    @Test
    func `a job that has spent its budget is paused, and goes on where it was once the limit is raised`()
        async throws
    {
        let runs = Trace<Int>()
        try await TestEngine.runChores { _, context in
            for number in 1...4 {
                try await context.step("call") { runs.add(number) }
                try await context.charge(1.5, "usd", note: "call \(number)")
            }
            return "\(try await context.costs().spentOfBudget)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), Self.limit)
            try await bench.reached(.jobPaused)
            let paused = try await handle.state()
            guard case .paused(let phase) = paused.phase else {
                return #expect(Bool(false), "\(paused.phase)")
            }
            #expect(phase.reason == "budget")
            #expect(paused.costs.spentOfBudget == 6)
            #expect(runs.elements == [1, 2, 3, 4])
            let kinds = try await bench.kinds(of: handle.id).filter { $0.rawValue.hasPrefix("budget.") }
            #expect(
                kinds == [
                    .budgetCharged, .budgetCharged, .budgetCharged, .budgetWarned, .budgetCharged,
                    .budgetExceeded,
                ])
            try await bench.engine.raiseBudget(
                of: handle.id, to: 10, resuming: true, by: .person("ana"), reason: "worth it")
            #expect(try await handle.result() == "6")
            // Neither a step nor a charge was done again.
            #expect(runs.elements == [1, 2, 3, 4])
            let charges = try await bench.history(of: handle.id).jobEvents.compactMap { event in
                if case .budgetCharged(let charged) = event { charged.step?.description } else { nil }
            }
            #expect(charges == ["charge#1", "charge#2", "charge#3", "charge#4"])
        }
    }

    @Test func `by policy a job that has spent its budget fails, whatever its handler makes of it`()
        async throws
    {
        try await TestEngine.runChores { _, context in
            do {
                try await context.charge(7, "usd")
            } catch let error as BudgetExhausted {
                #expect(error.description == "7 of 5 usd are spent")
            }
            // The run is over, so this is refused and not recorded.
            await #expect(throws: CancellationError.self) { try await context.charge(1, "usd") }
            return "it went well"
        } test: { bench in
            var options = Self.limit
            options.budget?.policy = .fail
            let handle = try await bench.engine.enqueue(Chore(), options)
            await #expect(throws: JobEnded.self) { try await handle.result() }
            guard case .failed(_, let failure, .discarded) = try await handle.state().phase else { return }
            #expect(failure.message == "7 of 5 usd are spent")
            #expect(try await handle.state().costs.spentOfBudget == 7)
        }
    }

    @Test func `a handler that begins again charges nothing twice outside of steps and in recorded ones`()
        async throws
    {
        try await TestEngine.runChores { _, context in
            try await context.charge(0.25, "usd")
            try await context.step("call") { try await context.charge(0.5, "usd") }
            try await context.charge(0.125, "usd")
            if context.attempt < 3 { throw Mishap() }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), Self.limit)
            _ = try await handle.result()
            #expect(try await handle.state().costs.spent == ["usd": 0.875])
            #expect(try await handle.state().attempt == 3)
            #expect(try await !bench.kinds(of: handle.id).contains(.stepUnused))
        }
    }

    @Test func `a step that died behind its charge is paid again, but a payment with an id is recorded once`()
        async throws
    {
        let store = InMemoryStore()
        let clock = ManualClock()
        let (isCharged, never) = (Milestone(), Milestone())
        var found: JobID?
        try await TestEngine.runChores(over: store, clock: clock, concurrency: 1) { _, context in
            try await context.step("call") {
                try await context.charge(1, "usd")
                try await context.charge(0.5, "usd", id: "invoice 17")
                isCharged.reach()
                await never.waitStubbornly()
            }
            return "never"
        } test: { bench in
            found = try await bench.engine.enqueue(Chore(), Self.limit).id
            try await isCharged.wait()
            store.declareDead(bench.engine.id)
            let job = try #require(found)
            try await TestEngine.runChores(over: store, clock: clock) { _, context in
                try await context.step("call") {
                    try await context.charge(1, "usd")
                    try await context.charge(0.5, "usd", id: "invoice 17")
                }
                return "done"
            } test: { other in
                let handle = other.engine.handle(job, as: Chore.self)
                #expect(try await handle.result() == "done")
                let state = try await handle.state()
                // The call was made twice and its price was paid twice; the invoice was paid once.
                #expect(state.costs.spentOfBudget == 2.5)
                #expect(state.attempt == 1)
            }
            never.reach()
        }
    }

    @Test func `a step that reaches the limit keeps its result, and one that goes on charging is stopped`()
        async throws
    {
        let runs = Trace<String>()
        try await TestEngine.runChores { _, context in
            let first = try await context.step("first") {
                runs.add("first")
                try await context.charge(6, "usd")
                return "paid"
            }
            try await context.step("second", retry: .constant(maxAttempts: 3, every: .seconds(1))) {
                runs.add("second")
                while true { try await context.charge(1, "usd") }
            }
            return first
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), Self.limit)
            try await bench.reached(.leaseReleased)
            #expect(try await handle.state().phase.name == .paused)
            #expect(runs.elements == ["first"])
            try await bench.engine.raiseBudget(of: handle.id, to: 8, resuming: true, by: .person("ana"))
            try await bench.reached(.leaseReleased, count: 2)
            let state = try await handle.state()
            #expect(state.phase.name == .paused && state.attempt == 1)
            // The second charge reached the limit, and the one behind it was refused once it was recorded.
            #expect(state.costs.spentOfBudget == 9)
            #expect(runs.elements == ["first", "second"])
        }
    }

    @Test func `nothing costs nothing, and a job without a budget may spend anything`() async throws {
        try await TestEngine.runChores { _, context in
            try await context.charge(0, "usd")
            try await context.charge(1_000_000, "usd")
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let kinds = try await bench.kinds(of: handle.id)
            #expect(kinds.filter { $0 == .budgetCharged }.count == 1)
            await #expect(throws: JobRejection.ended(.completed)) {
                try await bench.engine.raiseBudget(of: handle.id, to: 3, by: .person("ana"))
            }
        }
    }
}
