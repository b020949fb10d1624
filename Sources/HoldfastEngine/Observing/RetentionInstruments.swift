import HoldfastCore
import Metrics
import Synchronization

/// Measures what is pruned.
final class RetentionInstruments: Sendable {
    private let factory: any MetricsFactory
    private let jobs = Mutex<[JobKind: Counter]>([:])
    private let otherJobs: Counter
    private let events: Counter
    private let done: Counter
    private let failed: Counter

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        func counter(_ name: MetricName, _ dimensions: [(String, String)] = []) -> Counter {
            Counter(label: name.rawValue, dimensions: dimensions, factory: factory)
        }
        otherJobs = counter(.jobsPruned, [("kind", "other")])
        events = counter(.eventsPruned)
        done = counter(.retentionRuns, [("outcome", "done")])
        failed = counter(.retentionRuns, [("outcome", "failed")])
    }

    /// Counts what an act deleted; a job counts with the last of its events.
    func observe(_ event: EnginePruned) {
        events.increment(by: event.events)
        for job in event.jobs where !job.isPartly { counter(of: job.kind).increment() }
    }

    /// Counts a look for jobs that rules let go.
    func ran(succeeded: Bool) { (succeeded ? done : failed).increment() }

    private func counter(of kind: JobKind) -> Counter {
        jobs.withLock { jobs in
            if let known = jobs[kind] { return known }
            guard jobs.count < EngineMetrics.laneLimit else { return otherJobs }
            let fresh = Counter(
                label: MetricName.jobsPruned.rawValue, dimensions: [("kind", kind.rawValue)], factory: factory
            )
            jobs[kind] = fresh
            return fresh
        }
    }
}
