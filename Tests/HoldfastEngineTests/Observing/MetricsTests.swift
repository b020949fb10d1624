import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Logging
import MetricsTestKit
import Testing

@Suite("Measurements", .timeLimit(.minutes(1)))
struct MetricsTests {
    private static let lane = [("kind", "test.chore"), ("queue", "default")]

    private func count(_ name: MetricName, in metrics: TestMetrics) throws -> Int64 {
        try metrics.expectCounter(name.rawValue, Self.lane).totalValue
    }

    @Test func `each fact of a job's life is counted by kind and queue, once`() async throws {
        let metrics = TestMetrics()
        try await TestEngine.runChores(configure: { $0.metrics = metrics }) { chore, context in
            if chore.name == "cancels" { throw JobOutcome.cancel("no need") }
            try await context.step("one") {}
            try await context.step("two", retry: .atOnce) {
                if chore.name == "fails" { throw Mishap() }
            }
            return "done"
        } test: { bench in
            for name in ["works", "works", "fails", "cancels"] {
                let twice = RetryPolicy(maxAttempts: 2, backoff: .none, jitter: 0)
                let handle = try await bench.engine.enqueue(
                    Chore(name: name), EnqueueOptions(retry: twice))
                do { _ = try await handle.result() } catch is JobEnded {}
            }
            #expect(try count(.jobsEnqueued, in: metrics) == 4)
            #expect(try count(.jobsStarted, in: metrics) == 5)
            #expect(try count(.jobsCompleted, in: metrics) == 2)
            #expect(try count(.jobsFailed, in: metrics) == 1)
            #expect(try count(.jobsCancelled, in: metrics) == 1)
            #expect(try count(.jobsRetried, in: metrics) == 1)
            #expect(try count(.jobsCrashed, in: metrics) == 0)
            #expect(try count(.jobsReopened, in: metrics) == 0)
            #expect(try count(.stepsCompleted, in: metrics) == 5)
            #expect(try count(.stepsFailed, in: metrics) == 6)
        }
    }

    @Test func `crashes and new lives are counted apart`() async throws {
        let (metrics, store) = (TestMetrics(), InMemoryStore())
        try await TestEngine.runStuckChore(over: store) { dead, handle in
            store.declareDead(dead.engine.id)
            try await TestEngine.runChores(over: store, configure: { $0.metrics = metrics }) { _, _ in
                "taken over"
            } test: { other in
                try await other.reached(.jobCompleted, of: handle.id)
                try await other.engine.steer(.retry(reason: nil), handle.id, by: .person("ana"))
                try await other.reached(.jobCompleted, of: handle.id, count: 2)
                #expect(try count(.jobsCrashed, in: metrics) == 1)
                #expect(try count(.jobsReopened, in: metrics) == 1)
                // Each process counts what it wrote itself: the sum over all of them is the truth.
                #expect(try count(.jobsEnqueued, in: metrics) == 0)
                let end = Self.lane + [("end", "crashed")]
                #expect(
                    try metrics.expectTimer(MetricName.runDuration.rawValue, end).values.count == 1)
            }
        }
    }

    @Test func `waits, runs and steps are timed`() async throws {
        let (metrics, clock) = (TestMetrics(), ManualClock())
        let (isWaiting, gate) = (Milestone(), Milestone())
        try await TestEngine.runChores(
            clock: clock, concurrency: 1, configure: { $0.metrics = metrics }
        ) { chore, context in
            guard chore.name == "first" else { return "done" }
            try await context.step("slow") {
                isWaiting.reach()
                try await gate.wait()
            }
            return "done"
        } test: { bench in
            let first = try await bench.engine.enqueue(Chore(name: "first"))
            try await isWaiting.wait()
            let second = try await bench.engine.enqueue(Chore(name: "second"))
            clock.advance(by: .seconds(3))
            gate.reach()
            _ = try await first.result()
            _ = try await second.result()
            let waits = try metrics.expectTimer(MetricName.jobWait.rawValue, Self.lane).values
            #expect(waits == [0, 3_000_000_000])
            let runs = try metrics.expectTimer(
                MetricName.runDuration.rawValue, Self.lane + [("end", "completed")])
            #expect(runs.values == [3_000_000_000, 0])
            let steps = try metrics.expectTimer(MetricName.stepDuration.rawValue, Self.lane)
            #expect(steps.values == [3_000_000_000])
        }
    }

    @Test func `commits are measured with their commands and events`() async throws {
        let metrics = TestMetrics()
        try await TestEngine.idle(configure: { $0.metrics = metrics }) { engine in
            try await engine.enqueue(contentsOf: [Chore(), Chore(), Chore()])
            try await engine.enqueue(Chore())
            #expect(try metrics.expectCounter(MetricName.commits.rawValue).totalValue == 2)
            #expect(try metrics.expectRecorder(MetricName.commitCommands.rawValue).values == [1, 1])
            #expect(try metrics.expectRecorder(MetricName.commitEvents.rawValue).values == [3, 1])
            let lengths = try metrics.expectTimer(MetricName.commitDuration.rawValue).values
            #expect(lengths.count == 2 && lengths.allSatisfy { $0 > 0 })
        }
    }

    @Test func `what waits, the write-ahead log and what is unread are looked at from time to time`()
        async throws
    {
        let (metrics, clock) = (TestMetrics(), ManualClock())
        let distance = Duration.seconds(7)
        try await TestEngine.runChores(
            over: LoggedStore(), clock: clock,
            configure: {
                $0.metrics = metrics
                $0.metricsInterval = distance
            }, chore: { _, _ in "done" }
        ) { bench in
            func queued() throws -> Double? {
                let dimensions = [("queue", "elsewhere"), ("state", "queued")]
                return try metrics.expectGauge(MetricName.jobs.rawValue, dimensions).lastValue
            }
            let elsewhere = EnqueueOptions(queue: "elsewhere")
            let handles = try await bench.engine.enqueue(contentsOf: [Chore(), Chore()], elsewhere)
            try await clock.timer(at: ManualClock.start + distance)
            clock.advance(by: distance)
            try await clock.timer(at: ManualClock.start + distance * 2)
            #expect(try queued() == 2)
            #expect(try metrics.expectGauge(MetricName.writeAheadLog.rawValue).lastValue == 4711)
            let unread = try metrics.expectGauge(MetricName.unread.rawValue, [("reader", "claimer")])
            #expect(unread.lastValue == 0)
            for handle in handles { try await handle.cancel(by: "ana") }
            clock.advance(by: distance)
            try await clock.timer(at: ManualClock.start + distance * 3)
            #expect(try queued() == 0)
        }
    }

    @Test func `failures of the store and lines that were left out are counted`() async throws {
        let (metrics, held) = (TestMetrics(), HeldStore())
        try await TestEngine.runChores(
            over: held,
            configure: {
                $0.metrics = metrics
                $0.pendingNotes = 2
            }
        ) { _, context in
            context.logger.info("first")
            try await held.isHeld.wait()
            for number in 1...5 { context.logger.info("\(number)") }
            held.open()
            return "done"
        } test: { bench in
            held.hold(before: .logWritten)
            _ = try await bench.engine.enqueue(Chore()).result()
            #expect(try metrics.expectCounter(MetricName.linesOmitted.rawValue).totalValue == 4)
        }
        let faulty = FaultyStore(InMemoryStore())
        try await TestEngine.runChores(over: faulty, configure: { $0.metrics = metrics }) { _, context in
            try await context.step("one") {}
            faulty.fail(
                .commit, with: StoreError(.busy, operation: "commit", reason: "a test says so"), times: 3)
            try await context.step("two") {}
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.lettingRetriesPass { _ = try await handle.result() }
            let failures = metrics.counterTotal(
                label: MetricName.storeFailures.rawValue, dimensions: [("purpose", "write")])
            #expect(failures >= 1)
        }
    }

    @Test func `an engine that nobody measures gathers nothing`() async throws {
        try await TestEngine.idle { engine in
            #expect(engine.metrics == nil)
            try await engine.enqueue(Chore())
            let events = try #require(engine.log.feed.recent(after: .beginning, limit: 10))
            #expect(events.allSatisfy { $0.context == nil })
        }
    }
}

/// A store in memory that says how large its write-ahead log is.
private final class LoggedStore: WriteAheadLogged {
    private let store = InMemoryStore()

    var identity: String { store.identity }
    var writeAheadLogBytes: Int64 { 4711 }
    var databaseBytes: Int64 { 65_536 }

    func openWriter() throws(StoreError) -> any StorageWriter { try store.openWriter() }

    func openReader() throws(StoreError) -> any StorageReader { try store.openReader() }
}
