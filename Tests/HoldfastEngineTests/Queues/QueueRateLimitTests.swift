import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Rate of a queue", .timeLimit(.minutes(1)))
struct QueueRateLimitTests {
    private let rate = QueueRate(100, per: .seconds(1))

    private static func register(_ engine: JobEngine) {
        engine.register(ChoreHandler { chore, _ in chore.name }, on: "mail", concurrency: 1000)
    }

    /// Moves the clock from one start to the next until so many jobs have started.
    private func drive(_ bench: TestEngine, until count: Int) async throws {
        var started = 0
        while true {
            started = try await QueueWatch(bench.engine.log).starts.count
            if started >= count { return }
            let now = bench.clock.timestamp
            if let until = try await bench.engine.queue("mail").state.wait(at: now) {
                try await bench.clock.timer(at: until)
                bench.clock.advance(to: .init(until))
            }
            try await bench.reached(.jobStarted, count: started + 1)
        }
    }

    @Test func `two engines on one store start a hundred jobs a second, within a twentieth`() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        try await TestEngine.run(over: store, clock: clock, register: Self.register) { one in
            try await one.engine.configure("mail", QueueLimits(rate: rate))
            try await TestEngine.run(over: store, clock: clock, register: Self.register) { two in
                let jobs = try await two.engine.enqueue(
                    contentsOf: (1...400).map { _ in .chore(on: "mail") })
                try await drive(one, until: 400)
                try await one.engine.completed(jobs)
            }
            let moments = try await QueueWatch(one.engine.log).moments
            let (first, last) = try (#require(moments.first), #require(moments.last))
            for start in moments {
                let end = start + .seconds(1)
                let count = moments.count { $0 >= start && $0 < end }
                #expect(count <= 105)
                if end <= last { #expect(count >= 95) }
            }
            #expect(last - first >= .seconds(3.8) && last - first <= .seconds(4.2))
        }
    }

    @Test func `a rate survives a restart`() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        let slow = QueueRate(1, per: .seconds(60))
        var second: JobID?
        try await TestEngine.run(over: store, clock: clock, register: Self.register) { bench in
            try await bench.engine.configure("mail", QueueLimits(rate: slow))
            let jobs = try await bench.engine.enqueue(contentsOf: (1...2).map { _ in .chore(on: "mail") })
            try await bench.engine.completed([jobs[0]])
            second = jobs[1].state.id
        }
        try await TestEngine.run(over: store, clock: clock, register: Self.register) { bench in
            let job = try #require(second)
            let due = ManualClock.start + .seconds(60)
            try await clock.timer(at: due)
            #expect(try await bench.engine.state(of: job).phase.name == .queued)
            clock.advance(to: .init(due))
            _ = try await bench.engine.handle(job, as: Chore.self).result()
            #expect(try await bench.engine.queue("mail").state.rateDue == due + .seconds(60))
        }
    }

    @Test func `queues with different rates each go on at their own moments`() async throws {
        try await TestEngine.run {
            for queue in ["a", "b"] as [QueueName] {
                $0.register(ChoreHandler { chore, _ in chore.name }, on: queue)
            }
        } test: { bench in
            try await bench.engine.configure("a", QueueLimits(rate: QueueRate(1, per: .seconds(10))))
            try await bench.engine.configure("b", QueueLimits(rate: QueueRate(1, per: .seconds(25))))
            let jobs = try await bench.engine.enqueue(
                contentsOf: [.chore(on: "a"), .chore(on: "b"), .chore(on: "a"), .chore(on: "b")])
            try await bench.engine.completed(Array(jobs[..<2]))
            for (seconds, job) in [(10, jobs[2]), (25, jobs[3])] {
                let due = ManualClock.start + .seconds(seconds)
                try await bench.clock.timer(at: due)
                bench.clock.advance(to: .init(due))
                try await bench.engine.completed([job])
            }
        }
    }

    @Test func `a job that comes while the rate is used up waits for its moment`() async throws {
        try await TestEngine.run(register: Self.register) { bench in
            try await bench.engine.configure("mail", QueueLimits(rate: QueueRate(1, per: .seconds(10))))
            _ = try await bench.engine.enqueue(Chore(), EnqueueOptions(queue: "mail")).result()
            let late = try await bench.engine.enqueue(Chore(), EnqueueOptions(queue: "mail"))
            let due = ManualClock.start + .seconds(10)
            try await bench.clock.timer(at: due)
            #expect(try await late.state().phase.name == .queued)
            bench.clock.advance(to: .init(due))
            _ = try await late.result()
        }
    }
}
