import HoldfastCore
import HoldfastStore
import Metrics

/// What is counted and timed of the jobs of one kind and queue; made once for each.
final class JobInstruments: Sendable {
    private let enqueued: Counter
    private let started: Counter
    private let completed: Counter
    private let failed: Counter
    private let cancelled: Counter
    private let retried: Counter
    private let reopened: Counter
    private let crashed: Counter
    private let stepsCompleted: Counter
    private let stepsFailed: Counter
    private let wait: Metrics.Timer
    private let stepDuration: Metrics.Timer
    private let runs: [RunEnd: Metrics.Timer]

    init(kind: String, queue: String, _ factory: any MetricsFactory) {
        let dimensions = [("kind", kind), ("queue", queue)]
        func counter(_ name: MetricName) -> Counter {
            Counter(label: name.rawValue, dimensions: dimensions, factory: factory)
        }
        enqueued = counter(.jobsEnqueued)
        started = counter(.jobsStarted)
        completed = counter(.jobsCompleted)
        failed = counter(.jobsFailed)
        cancelled = counter(.jobsCancelled)
        retried = counter(.jobsRetried)
        reopened = counter(.jobsReopened)
        crashed = counter(.jobsCrashed)
        stepsCompleted = counter(.stepsCompleted)
        stepsFailed = counter(.stepsFailed)
        wait = Timer(label: MetricName.jobWait.rawValue, dimensions: dimensions, factory: factory)
        stepDuration = Timer(
            label: MetricName.stepDuration.rawValue, dimensions: dimensions, factory: factory)
        runs = Dictionary(
            uniqueKeysWithValues: RunEnd.allCases.map { end in
                let timer = Timer(
                    label: MetricName.runDuration.rawValue, dimensions: dimensions + [("end", end.rawValue)],
                    factory: factory)
                return (end, timer)
            })
    }

    /// Counts and times what one committed event tells.
    func observe(_ event: JobEvent, _ context: CommittedEvent.Context) {
        if context.wasRunning { runs[end(by: event)]?.recordMicroseconds(context.microsecondsInPhase) }
        switch event {
        case .enqueued: enqueued.increment()
        case .started:
            started.increment()
            wait.recordMicroseconds(context.microsecondsInPhase)
        case .completed: completed.increment()
        case .failed: failed.increment()
        case .cancelled: cancelled.increment()
        case .attemptFailed: retried.increment()
        case .retried: reopened.increment()
        case .leaseExpired: crashed.increment()
        case .stepCompleted(let step):
            stepsCompleted.increment()
            stepDuration.recordMicroseconds(step.duration)
        case .stepFailed: stepsFailed.increment()
        // The rest is told by the log itself.
        default:
            break
        }
    }

    private func end(by event: JobEvent) -> RunEnd {
        switch event {
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        case .attemptFailed: .retried
        case .leaseExpired: .crashed
        default: .suspended
        }
    }
}
