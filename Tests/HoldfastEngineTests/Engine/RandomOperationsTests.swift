import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Random operations", .timeLimit(.minutes(1)))
struct RandomOperationsTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `whatever is asked of an engine, every projection is the fold of the events`(
        seed: UInt64
    ) async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        let runs = Trace<JobID>()
        for round in 0..<2 as Range<UInt64> {
            try await TestEngine.runChores(over: store, clock: clock, concurrency: 3) { chore, context in
                let isFirst = !runs.elements.contains(context.job)
                runs.add(context.job)
                return try await Plan(chore).run(context, isFirst: isFirst)
            } test: { bench in
                var operations = RandomOperations(bench, seed: seed << 8 | round)
                for _ in 1...60 { try await operations.perform() }
            }
        }
        try await TestEngine.idle(over: store, clock: clock) { engine in
            let fold = try await LogFold(engine.log)
            #expect(fold.jobs.count > 10)
            #expect(fold.steps.values.contains { !$0.isEmpty })
            // A graceful stop leaves no job behind with a lease.
            #expect(!fold.jobs.values.contains { $0.phase.name == .running })
            try await fold.expectEqual(engine.log)
        }
    }
}

/// What the handler of a random chore does, told by the chore's name.
private struct Plan {
    private let number: Int

    init(_ chore: Chore) { number = Int(chore.name) ?? 7 }

    func run(_ context: JobContext, isFirst: Bool) async throws -> String {
        for _ in 0..<number % 4 { _ = try await context.step("work") { number } }
        await context.log(.info, "at \(number)")
        context.progress(number, of: 100)
        switch number % 8 {
        case 0: if context.attempt < 3 { throw Mishap() }
        case 1: throw NotRetryable(Mishap())
        case 2: throw JobOutcome.cancel("by plan")
        case 3: if isFirst { throw JobOutcome.snooze(for: .milliseconds(number * 20)) }
        case 4: try await context.emit("plan.made", number)
        case 5: try await context.step("other", retry: .atOnce) { if isFirst { throw Mishap() } }
        default: break
        }
        return "\(number)"
    }
}

/// Asks an engine for this and that.
private struct RandomOperations {
    private let bench: TestEngine
    private var random: SeededRandom
    private var jobs: [JobID] = []

    init(_ bench: TestEngine, seed: UInt64) {
        self.bench = bench
        random = SeededRandom(seed: seed)
    }

    mutating func perform() async throws {
        guard draw(3) > 0, !jobs.isEmpty else { return try await enqueue() }
        let job = jobs[draw(jobs.count)]
        let choice = draw(8)
        do {
            switch choice {
            case 0: try await bench.engine.steer(.cancel(reason: "chance"), job, by: .person("ana"))
            case 1: try await bench.engine.steer(.pause(reason: nil), job, by: .person("ana"))
            case 2: try await bench.engine.steer(.resume(reason: nil), job, by: .person("ana"))
            case 3: try await bench.engine.steer(.retry(reason: "chance"), job, by: .person("ana"))
            case 4: try await bench.settle()
            default: bench.clock.advance(by: .milliseconds(draw(3000)))
            }
        } catch is JobRejection {
            // Which of them fit is up to the engine's progress.
        }
    }

    private mutating func enqueue() async throws {
        let wait = Duration.milliseconds(draw(4000))
        let options = EnqueueOptions(
            key: draw(6) == 0 ? "key" : nil, priority: JobPriority(draw(21) - 10) ?? .normal,
            notBefore: draw(3) == 0 ? bench.clock.timestamp + wait : nil,
            retry: draw(2) == 0 ? .atOnce : .exponential(maxAttempts: 2, initial: .milliseconds(500)))
        let chores = (0...draw(3)).map { _ in Chore(name: "\(draw(100))") }
        jobs += try await bench.engine.enqueue(contentsOf: chores, options).map(\.id)
    }

    private mutating func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
}
