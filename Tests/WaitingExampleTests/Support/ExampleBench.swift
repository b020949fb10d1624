import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting

/// An engine over a store in memory, with a clock by hand, on which a documented example runs as it stands.
struct ExampleBench: Sendable {
    let engine: JobEngine
    let clock: ManualClock

    /// Runs an engine with some handlers while a body does something with its jobs.
    static func run(
        _ register: (JobEngine) -> Void, _ body: (ExampleBench) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let engine = try JobEngine(InMemoryStore(), environment: .testing(clock: clock))
        register(engine)
        let running = Task { try await engine.run() }
        do {
            try await body(ExampleBench(engine: engine, clock: clock))
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
        await engine.close()
    }

    /// Returns once the job has so many events of a kind.
    func reached(_ kind: EventKind, _ job: JobID, count: Int = 1) async throws {
        var seen = 0
        for try await page in LogTailer(engine.log, EventQuery(job: job, kinds: [kind])) {
            seen += page.events.count
            if seen >= count { return }
        }
    }

    /// Lets the time pass after which a waiting handler is put away.
    func park(_ job: JobID) async throws {
        let ticks = Task { [clock, wait = engine.configuration.waitingGrace] in
            while true {
                let due = clock.timestamp + wait
                try await clock.timer(at: due)
                clock.advance(to: .init(due))
            }
        }
        defer { ticks.cancel() }
        try await reached(.jobWaiting, job)
    }
}
