import HoldfastCore
package import HoldfastStore
import Metrics
import Synchronization

/// Measures an engine: what its commits tell, and what `MetricsSampler` looks at from time to time.
///
/// Instruments are made once and kept; what is measured on the writer's thread allocates nothing.
package final class EngineMetrics: CommitObserver, Sendable {
    /// How many pairs of kind and queue, and of queue and state, have instruments of their own; further ones share
    /// one by the name `other`.
    static let laneLimit = 1000

    private struct Lane: Hashable {
        let kind: JobKind
        let queue: QueueName
    }

    private let factory: any MetricsFactory
    private let lanes = Mutex<[Lane: JobInstruments]>([:])
    private let others: JobInstruments
    private let depths = Mutex<[QueueCountKey: Gauge]>([:])
    private let commits: Counter
    private let commitCommands: Recorder
    private let commitEvents: Recorder
    private let commitDuration: Metrics.Timer
    private let readFailures: Counter
    private let writeFailures: Counter
    private let pruning: RetentionInstruments
    private let linesOmitted: Counter
    private let writeAheadLog: Gauge
    private let unreadByClaimer: Gauge
    private let unreadByStreams: Gauge
    private let streams: Gauge

    /// Prepares the instruments of a factory; nil when it throws everything away.
    init?(_ factory: any MetricsFactory) {
        guard !(factory is NOOPMetricsHandler) else { return nil }
        self.factory = factory
        func counter(_ name: MetricName, _ dimensions: [(String, String)] = []) -> Counter {
            Counter(label: name.rawValue, dimensions: dimensions, factory: factory)
        }
        func gauge(_ name: MetricName, _ dimensions: [(String, String)] = []) -> Gauge {
            Gauge(label: name.rawValue, dimensions: dimensions, factory: factory)
        }
        others = JobInstruments(kind: "other", queue: "other", factory)
        commits = counter(.commits)
        commitCommands = Recorder(label: MetricName.commitCommands.rawValue, factory: factory)
        commitEvents = Recorder(label: MetricName.commitEvents.rawValue, factory: factory)
        commitDuration = Timer(label: MetricName.commitDuration.rawValue, factory: factory)
        readFailures = counter(.storeFailures, [("purpose", "read")])
        writeFailures = counter(.storeFailures, [("purpose", "write")])
        pruning = RetentionInstruments(factory)
        linesOmitted = counter(.linesOmitted)
        writeAheadLog = gauge(.writeAheadLog)
        unreadByClaimer = gauge(.unread, [("reader", "claimer")])
        unreadByStreams = gauge(.unread, [("reader", "streams")])
        streams = gauge(.streamsOpen)
    }

    /// Measures a commit, on the writer's thread.
    package func observe(_ commit: CommitReport) {
        commits.increment()
        commitCommands.record(commit.commands)
        commitEvents.record(commit.events.count)
        commitDuration.recordNanoseconds(commit.nanoseconds)
        var last: (lane: Lane, instruments: JobInstruments)?
        for committed in commit.events {
            if case .engine(.pruned(let event)) = committed.recorded.event { pruning.observe(event) }
            guard case .job(let event) = committed.recorded.event, let context = committed.context else {
                continue
            }
            let lane = Lane(kind: context.origin.kind, queue: context.origin.queue)
            if last?.lane != lane { last = (lane, instruments(of: lane)) }
            last?.instruments.observe(event, context)
        }
    }

    private func instruments(of lane: Lane) -> JobInstruments {
        lanes.withLock { lanes in
            if let known = lanes[lane] { return known }
            guard lanes.count < EngineMetrics.laneLimit else { return others }
            let fresh = JobInstruments(kind: lane.kind.rawValue, queue: lane.queue.rawValue, factory)
            lanes[lane] = fresh
            return fresh
        }
    }

    /// Counts a call of the store that failed.
    func storeFailed(_ purpose: StoreCall.Purpose) {
        switch purpose {
        case .read: readFailures.increment()
        case .write: writeFailures.increment()
        }
    }

    /// Counts a look for jobs that rules let go.
    func retentionRan(succeeded: Bool) { pruning.ran(succeeded: succeeded) }

    /// Counts a job's log line that was left out.
    func lineOmitted() { linesOmitted.increment() }

    /// Tells how many jobs each queue has in each state.
    func setDepths(_ counts: [QueueCountKey: Int]) {
        depths.withLock { gauges in
            // A state that nobody is in any more has no row, and must not stay at its last number.
            for (key, gauge) in gauges where counts[key] == nil { gauge.record(0) }
            for (key, count) in counts {
                if let gauge = gauges[key] {
                    gauge.record(count)
                } else if gauges.count < EngineMetrics.laneLimit {
                    let gauge = Gauge(
                        label: MetricName.jobs.rawValue,
                        dimensions: [("queue", key.queue.rawValue), ("state", key.phase.rawValue)],
                        factory: factory)
                    gauges[key] = gauge
                    gauge.record(count)
                }
            }
        }
    }

    /// Tells the size of the write-ahead log in bytes.
    func setWriteAheadLog(bytes: Int64) { writeAheadLog.record(bytes) }

    /// Tells how many events the claiming loop has yet to look at.
    func setUnreadByClaimer(_ count: Int) { unreadByClaimer.record(count) }

    /// Tells how many events whoever wakes the open streams has yet to look at.
    package func setUnreadByStreams(_ count: Int64) { unreadByStreams.record(count) }

    /// Tells how many streams are open.
    package func setStreamsOpen(_ count: Int) { streams.record(count) }
}
