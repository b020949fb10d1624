import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Synchronization
import Testing

@Suite("Concurrency of a kind", .timeLimit(.minutes(1)))
struct ConcurrencyTests {
    /// Counts how many handlers run at once.
    private final class Crowd: Sendable {
        private let state = Mutex((now: 0, most: 0))

        var most: Int { state.withLock(\.most) }

        func enter() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test func `no more jobs of a kind run at once than was said`() async throws {
        let crowd = Crowd()
        let gate = Milestone()
        try await TestEngine.run { engine in
            engine.register(
                ChoreHandler { chore, _ in
                    crowd.enter()
                    defer { crowd.leave() }
                    try await gate.wait()
                    return chore.name
                }, concurrency: 2)
            engine.register(ErrandHandler { _, _ in }, on: "errands")
        } test: { bench in
            let handles = try await bench.engine.enqueue(contentsOf: (1...5).map { Chore(name: "\($0)") })
            try await bench.reached(.jobStarted, count: 2)
            // All lanes are claimed for together: once an errand ran, the engine has looked at the chores too.
            _ = try await bench.engine.enqueue(Errand(), EnqueueOptions(queue: "errands")).result()
            let phases = try await handles.async { try await $0.state().phase.name }
            #expect(phases == [.running, .running, .queued, .queued, .queued])
            gate.reach()
            let results = try await handles.async { try await $0.result() }
            #expect(results == ["1", "2", "3", "4", "5"])
            #expect(crowd.most == 2)
        }
    }

    @Test func `a kind that is full does not strand its jobs beside a kind that is free`() async throws {
        let gate = Milestone()
        try await TestEngine.run { engine in
            engine.register(
                ChoreHandler { chore, _ in
                    try await gate.wait()
                    return chore.name
                }, concurrency: 1)
            engine.register(ErrandHandler { _, _ in }, concurrency: 4)
        } test: { bench in
            let handles = try await bench.engine.enqueue(contentsOf: (1...3).map { Chore(name: "\($0)") })
            try await bench.reached(.jobStarted)
            _ = try await bench.engine.enqueue(Errand()).result()
            gate.reach()
            let results = try await handles.async { try await $0.result() }
            #expect(results == ["1", "2", "3"])
        }
    }

    @Test func `a place that became free is taken at once`() async throws {
        try await TestEngine.runChores(concurrency: 1) { chore, context in
            if context.attempt == 1 { throw Mishap() }
            return chore.name
        } test: { bench in
            let handles = try await bench.engine.enqueue(
                contentsOf: (1...20).map { Chore(name: "\($0)") }, EnqueueOptions(retry: .atOnce))
            for handle in handles { _ = try await handle.result() }
            #expect(bench.clock.timestamp == ManualClock.start)
        }
    }
}

extension Array where Element: Sendable {
    /// Transforms one element after the other.
    func async<Result>(_ transform: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
