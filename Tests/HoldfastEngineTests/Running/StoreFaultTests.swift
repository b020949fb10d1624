import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("A store that fails", .timeLimit(.minutes(1)))
struct StoreFaultTests {
    private let full = StoreError(.full, operation: "commit", reason: "database or disk is full")
    private let busy = StoreError(.busy, operation: "commit", reason: "database is locked")

    /// Waits until something that failed is to be tried again.
    private func fails(_ bench: TestEngine) async throws {
        try await bench.clock.timer(at: bench.clock.timestamp + bench.engine.configuration.storeRetryInterval)
    }

    /// Waits until something that failed is to be tried again, mends the store and waits for a job's result.
    private func mend(
        _ store: FaultyStore, _ bench: TestEngine, _ handle: JobHandle<Chore>
    ) async throws -> String {
        try await fails(bench)
        store.mend()
        return try await bench.lettingRetriesPass { try await handle.result() }
    }

    @Test func `a step that could not be recorded is, once the store works again`() async throws {
        let store = FaultyStore(InMemoryStore())
        let runs = Trace<Int>()
        try await TestEngine.runChores(over: store) { [full] _, context in
            await context.log(.info, "before")
            try await context.step("work") {
                store.fail(.commit, with: full)
                runs.add(context.attempt)
            }
            await context.log(.info, "after")
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await fails(bench)
            #expect(bench.engine.health == .storeFails("commit failed (full): database or disk is full"))
            #expect(try await mend(store, bench, handle) == "done")
            #expect(bench.engine.health == .ready)
            #expect(runs.elements == [1])
            #expect(
                try await bench.kinds(of: handle.id) == [
                    .jobEnqueued, .jobStarted, .logWritten, .stepStarted, .stepCompleted, .logWritten,
                    .jobCompleted,
                ])
        }
    }

    @Test func `lines that could not be written are, in order, although nothing follows them`() async throws {
        let store = FaultyStore(InMemoryStore())
        let gate = Milestone()
        try await TestEngine.runChores(over: store) { [busy] _, context in
            store.fail(.commit, with: busy)
            for line in ["one", "two", "three"] { await context.log(.info, line) }
            try await gate.wait()
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await fails(bench)
            store.mend()
            try await bench.lettingRetriesPass {
                try await bench.reached(.logWritten, of: handle.id, count: 3)
            }
            #expect(try await bench.history(of: handle.id).lines == ["one", "two", "three"])
            gate.reach()
            _ = try await handle.result()
        }
    }

    @Test func `no more lines are held back than may be on their way`() async throws {
        let store = FaultyStore(InMemoryStore())
        let said = Trace<Int>()
        try await TestEngine.runChores(over: store, configure: { $0.pendingNotes = 4 }) { [busy] _, context in
            store.fail(.commit, with: busy)
            for number in 1...40 {
                await context.log(.info, "\(number)")
                said.add(number)
            }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            for _ in 1...5 {
                let again = bench.clock.timestamp + bench.engine.configuration.storeRetryInterval
                try await bench.clock.timer(at: again)
                bench.clock.advance(to: .init(again))
            }
            #expect(said.elements.count <= 4)
            _ = try await mend(store, bench, handle)
            #expect(try await bench.history(of: handle.id).lines == (1...40).map(String.init))
        }
    }

    @Test func `the end of a job is recorded once the store works again`() async throws {
        let store = FaultyStore(InMemoryStore())
        let runs = Trace<Int>()
        try await TestEngine.runChores(over: store) { [full] chore, context in
            runs.add(context.attempt)
            store.fail(.begin, with: full)
            return chore.name
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            #expect(try await mend(store, bench, handle) == "chore")
            #expect(runs.elements == [1])
        }
    }

    @Test func `a claim that failed is tried again, and the engine says why it does not claim`() async throws
    {
        let store = FaultyStore(InMemoryStore())
        try await TestEngine.runChores(over: store) { chore, _ in
            chore.name
        } test: { bench in
            // Afterwards the engine is idle: the next transactions are that of the enqueueing and that of the claim.
            try await bench.settle()
            store.fail(.commit, with: full, after: 1)
            let handle = try await bench.engine.enqueue(Chore())
            try await fails(bench)
            #expect(bench.engine.health == .storeFails("commit failed (full): database or disk is full"))
            #expect(try await mend(store, bench, handle) == "chore")
            #expect(bench.engine.health == .ready)
            #expect(try await bench.kinds(of: handle.id) == [.jobEnqueued, .jobStarted, .jobCompleted])
        }
    }

    @Test func `an input that cannot be read now is read later`() async throws {
        let store = FaultyStore(InMemoryStore())
        let unavailable = StoreError(.unavailable, operation: "read", reason: "the file is gone")
        try await TestEngine.runChores(over: store, configure: { $0.log.inlinePayloadLimit = 4 }) {
            chore, _ in
            chore.name
        } test: { bench in
            try await bench.clock.timer(at: ManualClock.start + .seconds(1))
            store.fail(.read, with: unavailable)
            let handle = try await bench.engine.enqueue(Chore())
            #expect(try await mend(store, bench, handle) == "chore")
            #expect(try await bench.kinds(of: handle.id) == [.jobEnqueued, .jobStarted, .jobCompleted])
        }
    }

    @Test func `jobs from before whose inputs cannot be read now are run later`() async throws {
        let memory = InMemoryStore()
        try await TestEngine.idle(over: memory) { idle in
            try await idle.enqueue(contentsOf: [Chore(name: "one"), Chore(name: "two")])
        }
        let store = FaultyStore(memory)
        let (isWaiting, gate) = (Milestone(), Milestone())
        let unavailable = StoreError(.unavailable, operation: "read", reason: "the file is gone")
        try await TestEngine.runChores(over: store, concurrency: 1) { chore, _ in
            isWaiting.reach()
            try await gate.wait()
            return chore.name
        } test: { bench in
            try await isWaiting.wait()
            try await bench.clock.timer(at: ManualClock.start + .seconds(1))
            store.fail(.read, with: unavailable)
            gate.reach()
            try await fails(bench)
            store.mend()
            try await bench.lettingRetriesPass { try await bench.reached(.jobCompleted, count: 2) }
            #expect(
                try await bench.engine.log.read { try $0.events(EventQuery(kinds: [.leaseExpired])) }.events
                    .isEmpty)
        }
    }

    @Test func `a recorded step that cannot be read now is read later, and not executed again`() async throws
    {
        let store = FaultyStore(InMemoryStore())
        let unavailable = StoreError(.unavailable, operation: "read", reason: "the file is gone")
        let runs = Trace<Int>()
        try await TestEngine.runChores(over: store) { _, context in
            if context.attempt == 2 { store.fail(.read, with: unavailable) }
            try await context.step("once") { runs.add(context.attempt) }
            if context.attempt == 1 { throw Mishap() }
            return "done"
        } test: { bench in
            try await bench.clock.timer(at: ManualClock.start + .seconds(1))
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            #expect(try await mend(store, bench, handle) == "done")
            #expect(runs.elements == [1])
            #expect(try await handle.state().attempt == 2)
        }
    }

    @Test func `a caller gets the store's error, and nothing was written`() async throws {
        let store = FaultyStore(InMemoryStore())
        try await TestEngine.idle(over: store) { engine in
            store.fail(.commit, with: busy, times: 1)
            let error = await #expect(throws: StoreError.self) { try await engine.enqueue(Chore()) }
            #expect(error?.code == .busy)
            #expect(try await engine.head() == .beginning)
            let handle = try await engine.enqueue(Chore())
            #expect(try await engine.kinds(of: handle.id) == [.jobEnqueued])
        }
    }

    @Test func `a handler's own call that met a failing store burns no attempt`() async throws {
        let store = FaultyStore(InMemoryStore())
        let runs = Trace<Int>()
        try await TestEngine.runChores(over: store) { [busy] _, context in
            runs.add(context.attempt)
            if runs.elements.count == 1 { throw busy }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .some(.none)))
            #expect(try await mend(store, bench, handle) == "done")
            #expect(runs.elements == [1, 1])
            #expect(try await handle.state().crashes == 0)
        }
    }
}
