import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Synchronization
import Testing

@Suite("Children", .timeLimit(.minutes(1)))
struct ChildTests {
    /// Runs parents whose body is the test's, with children that return, fail or wait as their name says.
    private func run(
        parent: @escaping @Sendable (JobContext) async throws -> String,
        test: (TestEngine) async throws -> Void
    ) async throws {
        try await TestEngine.run(
            configure: { $0.log.cachedJobs = 64 },
            register: { engine in
                engine.register(ChoreHandler { _, context in try await parent(context) })
                engine.register(
                    ErrandHandler { errand, context in
                        if errand.name == "fails" { throw NotRetryable(Mishap()) }
                        if errand.name == "waits" { _ = try await context.checkpoint("gate") }
                    }, concurrency: 8)
            }, test: test)
    }

    @Test func `a child knows its parent, and its parent waits without a worker`() async throws {
        try await run { context in
            let child = try await context.spawn(Errand(name: "waits"), as: "helper")
            _ = try await child.result()
            return "\(child.id)"
        } test: { bench in
            let parent = try await bench.engine.enqueue(Chore())
            let spawned = try await bench.reached(.childSpawned, of: parent.id)
            guard case .job(.childSpawned(let event)) = spawned.event else { return }
            try await bench.reached(.checkpointOpened, of: event.job)
            try await bench.park(parent.id)
            let child = try await bench.engine.state(of: event.job)
            #expect(child.origin.parent == ParentLink(job: parent.id, child: WaitKey(.child, "helper")))
            try await bench.engine.decide(.approve, "gate", of: event.job, by: .person("ana"))
            #expect(try await parent.result() == "\(event.job)")
            #expect(try await bench.kinds(of: parent.id).count { $0 == .childSpawned } == 1)
        }
    }

    @Test func `a fan-out wakes its parent once, and gives the results in order`() async throws {
        let runs = Mutex(0)
        try await run { context in
            runs.withLock { $0 += 1 }
            let group = try await context.spawn(contentsOf: (0..<1200).map { Errand(name: "\($0)") })
            return "\(try await group.results().count)"
        } test: { bench in
            let parent = try await bench.engine.enqueue(Chore())
            #expect(try await parent.result() == "1200")
            #expect(runs.withLock(\.self) <= 2)
            #expect(try await parent.state().waits.children.isEmpty)
        }
    }

    @Test func `the first failure cancels the others and is thrown`() async throws {
        try await run { context in
            let group = try await context.spawn(
                contentsOf: [Errand(name: "waits"), Errand(name: "fails"), Errand(name: "waits")])
            do {
                return "\(try await group.results().count)"
            } catch let ended as ChildEnded {
                return ended.failure?.type ?? "-"
            }
        } test: { bench in
            let parent = try await bench.engine.enqueue(Chore())
            #expect(try await parent.result() == "Mishap")
            let children = try await bench.engine.log.read {
                try $0.waits(of: parent.id, .init(kind: .child))
            }
            var states: [JobPhaseName] = []
            for child in children.compactMap(\.child) {
                try await bench.reached(child == children[1].child ? .jobFailed : .jobCancelled, of: child)
                states.append(try await bench.engine.state(of: child).phase.name)
            }
            #expect(states.sorted { $0.rawValue < $1.rawValue } == [.cancelled, .cancelled, .failed])
        }
    }

    @Test func `each outcome can be asked for`() async throws {
        try await run { context in
            let group = try await context.spawn(contentsOf: [Errand(), Errand(name: "fails")])
            return try await group.outcomes().map { result in
                switch result {
                case .success: "done"
                case .failure(let error): "\((error as? ChildEnded)?.state.rawValue ?? "?")"
                }
            }.joined(separator: ", ")
        } test: { bench in
            let result = try await bench.engine.enqueue(Chore()).result()
            #expect(result == "done, failed")
        }
    }

    @Test func `cancelling the parent goes down to its children`() async throws {
        try await run { context in
            let group = try await context.spawn(contentsOf: [Errand(name: "waits"), Errand(name: "waits")])
            return "\(try await group.results().count)"
        } test: { bench in
            let parent = try await bench.engine.enqueue(Chore())
            try await bench.reached(.checkpointOpened, count: 2)
            try await bench.park(count: 3)
            try await parent.cancel(by: "ana")
            try await bench.reached(.jobCancelled, count: 3)
            #expect(
                try await bench.kinds(of: parent.id).suffix(3) == [
                    .jobCancelled, .childFinished, .childFinished,
                ])
        }
    }

    @Test func `a child that does not stop with its parent is cancelled at its deadline`() async throws {
        let (isStuck, gate) = (Milestone(), Milestone())
        try await TestEngine.run {
            // Before the lease runs out, which stops the job as well.
            $0.cancelTimeout = .seconds(5)
        } register: { engine in
            engine.register(
                ChoreHandler { _, context in
                    _ = try await context.spawn(Errand(name: "stubborn")).result()
                    return "done"
                })
            engine.register(
                ErrandHandler { _, _ in
                    isStuck.reach()
                    await gate.waitStubbornly()
                })
        } test: { bench in
            defer { gate.reach() }
            let parent = try await bench.engine.enqueue(Chore())
            try await isStuck.wait()
            try await parent.cancel(by: "ana")
            let spawned = try await bench.reached(.childSpawned, of: parent.id)
            guard case .job(.childSpawned(let event)) = spawned.event else { return }
            try await bench.reached(.jobCancelRequested, of: event.job)
            let due = ManualClock.start + .seconds(5)
            try await bench.clock.timer(at: due)
            bench.clock.advance(to: .init(due))
            try await bench.reached(.jobCancelled, of: event.job)
        }
    }

    @Test func `a handler that starts again finds its children and begins none twice`() async throws {
        let store = InMemoryStore()
        let body: @Sendable (Chore, JobContext) async throws -> String = { _, context in
            let group = try await context.spawn(
                contentsOf: [Chore(name: "leaf"), Chore(name: "leaf")], as: "leaves")
            return try await group.results().joined(separator: "+")
        }
        let tree: @Sendable (Chore, JobContext) async throws -> String = { chore, context in
            chore.name == "leaf" ? "leaf" : try await body(chore, context)
        }
        let engine = try JobEngine(
            store, environment: .testing(clock: ManualClock()), logger: TestEngine.quiet)
        // A process that dies after it has begun its children.
        let runner = Task {
            engine.register(ChoreHandler(body: tree), concurrency: 1)
            try await engine.run()
        }
        let root = try await engine.enqueue(Chore(name: "root"))
        try await engine.reached(.childSpawned, of: root.id, count: 2)
        runner.cancel()
        _ = await runner.result
        await engine.close()
        try await TestEngine.runChores(over: store, chore: tree) { bench in
            let handle = bench.engine.handle(root.id, as: Chore.self)
            let result = try await handle.result()
            #expect(result == "leaf+leaf")
            #expect(try await bench.kinds(of: root.id).count { $0 == .childSpawned } == 2)
        }
    }
}
