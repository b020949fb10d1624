import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Keys", .timeLimit(.minutes(1)))
struct UniquenessTests {
    @Test func `within a period the same work is done once, finished or not`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let options = EnqueueOptions(key: "report", unique: .within(.seconds(3600)))
            let first = try await bench.engine.enqueue(Chore(name: "first"), options)
            #expect(try await first.result() == "first")
            bench.clock.advance(by: .seconds(3599))
            let again = try await bench.engine.enqueue(Chore(name: "second"), options)
            #expect(again.id == first.id)
            #expect(try await again.result() == "first")
            bench.clock.advance(by: .seconds(1))
            let next = try await bench.engine.enqueue(Chore(name: "third"), options)
            #expect(try await next.result() == "third")
        }
    }

    @Test func `a second request is refused when it asks for that, and its batch with it`() async throws {
        try await TestEngine.idle { engine in
            let options = EnqueueOptions(key: "report", unique: Uniqueness(onConflict: .reject))
            let first = try await engine.enqueue(Chore(), options)
            let head = try await engine.head()
            await #expect(throws: EnqueueRejection.duplicate(first.id)) {
                try await engine.enqueue(Chore(), options)
            }
            let free = EnqueueRequest(kind: Chore.kind, input: .emptyObject, acceptsAnyKind: true)
            var taken = free
            taken.options = options
            await #expect(throws: EnqueueRejection.duplicate(first.id)) {
                try await engine.enqueue(contentsOf: [free, taken])
            }
            #expect(try await engine.head() == head)
        }
    }

    @Test func `a job that waits is replaced, one that runs is not`() async throws {
        let (isRunning, mayEnd) = (Milestone(), Milestone())
        try await TestEngine.runChores(concurrency: 1) { chore, _ in
            isRunning.reach()
            try await mayEnd.wait()
            return chore.name
        } test: { bench in
            let options = EnqueueOptions(key: "report", unique: Uniqueness(onConflict: .replace))
            let later = EnqueueOptions(key: "report", notBefore: bench.clock.timestamp + .seconds(60))
            let waiting = try await bench.engine.enqueue(Chore(name: "old"), later)
            let running = try await bench.engine.enqueue(Chore(name: "new"), options)
            let ended = try await bench.history(of: waiting.id).last
            #expect(ended?.event == .job(.cancelled(JobCancelled(reason: "replaced"))))
            try await isRunning.wait()
            await #expect(throws: EnqueueRejection.duplicate(running.id)) {
                try await bench.engine.enqueue(Chore(name: "newest"), options)
            }
            mayEnd.reach()
            #expect(try await running.result() == "new")
        }
    }

    @Test func `a debounced job runs once, when its repeats have stopped, with the last input`() async throws
    {
        let trace = Trace<String>()
        try await TestEngine.runChores { chore, _ in
            trace.add(chore.name)
            return chore.name
        } test: { bench in
            let start = bench.clock.timestamp
            let options = EnqueueOptions(key: "customer-42", debounce: Debounce(.seconds(10)))
            let first = try await bench.engine.enqueue(Chore(name: "a"), options)
            try await bench.clock.timer(at: start + .seconds(10))
            bench.clock.advance(by: .seconds(6))
            let same = try await bench.engine.enqueue(Chore(name: "a"), options)
            #expect(same.id == first.id)
            bench.clock.advance(by: .seconds(4))
            try await bench.settle()
            #expect(try await first.state().phase == .scheduled(until: start + .seconds(16)))
            let last = try await bench.engine.enqueue(Chore(name: "b"), options)
            try await bench.clock.timer(at: start + .seconds(20))
            bench.clock.advance(to: .init(start + .seconds(20)))
            #expect(try await last.result() == "b")
            await #expect(throws: JobEnded.self) { try await first.result() }
            #expect(trace.elements.filter { $0 != "settle" } == ["b"])
            let next = try await bench.engine.enqueue(Chore(name: "c"), options)
            #expect(next.id != last.id)
        }
    }

    @Test func `a debounced job is there after a restart, and repeats go on moving it`() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        let options = EnqueueOptions(
            key: "customer-42", debounce: Debounce(.seconds(10), maximum: .seconds(15)))
        let start = clock.timestamp
        var job: JobID?
        try await TestEngine.idle(over: store, clock: clock) { engine in
            job = try await engine.enqueue(Chore(name: "a"), options).id
        }
        clock.advance(by: .seconds(9))
        try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
            chore.name
        } test: { bench in
            let repeated = try await bench.engine.enqueue(Chore(name: "a"), options)
            #expect(repeated.id == job)
            #expect(try await repeated.state().phase == .scheduled(until: start + .seconds(15)))
            // The engine may still have the older moment in mind, at which it looks again.
            bench.clock.advance(to: .init(start + .seconds(10)))
            try await bench.clock.timer(at: start + .seconds(15))
            bench.clock.advance(to: .init(start + .seconds(15)))
            #expect(try await repeated.result() == "a")
        }
    }

    @Test(arguments: [Uniqueness.Conflict.returnExisting, .reject, .replace])
    func `of two engines that race for a key one wins`(conflict: Uniqueness.Conflict) async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        try await TestEngine.idle(over: store, clock: clock) { left in
            try await TestEngine.idle(over: store, clock: clock) { right in
                let outcomes = try await withThrowingTaskGroup(of: JobID?.self) { group in
                    for number in 0..<40 {
                        let engine = number.isMultiple(of: 2) ? left : right
                        let options = EnqueueOptions(
                            key: "report", unique: Uniqueness(onConflict: conflict))
                        group.addTask {
                            do {
                                return try await engine.enqueue(Chore(name: "\(number)"), options).id
                            } catch EnqueueRejection.duplicate {
                                return nil
                            }
                        }
                    }
                    return try await group.reduce(into: [JobID?]()) { $0.append($1) }
                }
                let unfinished = try await left.log.read {
                    try $0.jobs(JobQuery(JobFilter(phases: [.queued]), limit: 100))
                }
                #expect(unfinished.count == 1)
                let accepted = Set(outcomes.compactMap(\.self))
                #expect(accepted.count == (conflict == .replace ? 40 : 1))
                #expect(outcomes.count { $0 == nil } == (conflict == .reject ? 39 : 0))
                let fold = try await LogFold(left.log)
                #expect(fold.jobs.count == accepted.count)
            }
        }
    }

    @Test func `a debounce without a key is refused`() async throws {
        try await TestEngine.idle { engine in
            await #expect(throws: EnqueueRejection.debounceWithoutKey) {
                try await engine.enqueue(Chore(), EnqueueOptions(debounce: Debounce(.seconds(1))))
            }
        }
    }
}
