public import HoldfastCore
public import HoldfastEngine
import HoldfastStore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Runs today's handler on an exported history and compares what it does with what was recorded.
///
/// The handler runs once from the top, in memory. Recorded steps answer with their results and no step's body is
/// executed; decisions, signals, the results of children and the ends of sleeps are those of the history, and a step whose
/// last record is a failure fails again. What stands between the steps does run. The history may be of a job that ended,
/// failed, or goes on still: where it is unfinished the handler has to come as far as it did.
///
/// - Parameters:
///   - jsonLines: What `holdfast export JOB` writes, or the lines of `holdfast history JOB --json`, of the whole history.
///     For a job with children that ended, those of the children behind it.
///   - job: The job; that of the first line where nothing is said.
///   - handler: The handler of today.
///   - values: The JSON of values that are kept beside the log because of their size, in any order.
/// - Returns: How far the handler came.
/// - Throws: `ReplayDifference` when it does something else; `HistoryError` when the history cannot be replayed.
@discardableResult
public func replay<Handler: JobHandler>(
    _ jsonLines: String, of job: JobID? = nil, with handler: Handler, values: [JSONText] = []
) async throws -> ReplayReport {
    let history = try RecordedHistory(jsonLines, of: job)
    let values = values + history.values
    guard case .job(.enqueued(let enqueued)) = history.own.first?.event else {
        throw HistoryError.incomplete(history.job)
    }
    guard enqueued.kind == Handler.Input.kind else {
        throw HistoryError.otherKind(enqueued.kind, handler: Handler.Input.kind)
    }
    let known = Set(values.map { SHA256Sum(of: $0.text).hexadecimal })
    let missing = history.references.filter { !known.contains($0.sha256) }
    guard missing.isEmpty else {
        throw HistoryError.valuesMissing(missing.sorted { $0.sha256 < $1.sha256 })
    }
    let calls = RecordedCalls(history.own)
    let clock = ManualClock(at: history.events.first?.at ?? ManualClock.start)
    let observer = ReplayObserver(history.job, failures: calls.failures, clock: clock)
    let configuration = JobBench.configuration { configuration in
        configuration.matchesStepsStrictly = false
        configuration.observer = observer
    }
    let bench = try JobBench(
        over: InMemoryStore(), clock: clock, configuration: configuration, executor: BenchExecutor())
    bench.register(handler, on: enqueued.queue, concurrency: 1)
    try await HistoryImport(history: history, values: values).write(to: bench)
    let imported = try await bench.history(of: history.job).count
    let new = try await bench.run { bench in
        try await bench.runUntilIdle()
        return try await bench.history(of: history.job).dropFirst(imported)
    }
    return try calls.compare(asked: observer.asked, new: Array(new), job: history.job)
}

/// Runs today's handler on an exported history that is in a file, as `replay(_:of:with:values:)` does.
///
/// - Parameters:
///   - path: The file's path.
///   - job: The job; that of the first line where nothing is said.
///   - handler: The handler of today.
///   - values: The JSON of values that are kept beside the log because of their size, in any order.
/// - Returns: How far the handler came.
/// - Throws: As for a text, and when the file cannot be read.
@discardableResult
public func replay(
    file path: String, of job: JobID? = nil, with handler: some JobHandler, values: [JSONText] = []
) async throws -> ReplayReport {
    let data = try Data(contentsOf: URL(filePath: path))
    return try await replay(String(decoding: data, as: UTF8.self), of: job, with: handler, values: values)
}

/// How far a handler came in a replay without a difference.
public struct ReplayReport: Hashable, Sendable {
    /// The job.
    public let job: JobID
    /// How many steps, checkpoints, signals, sleeps and children the handler asked for.
    public let calls: Int
    /// Whether the handler came to its end, and not only to the end of an unfinished history.
    public let isEnded: Bool
}

/// What a handler of today does otherwise than a history says.
public struct ReplayDifference: Error, Hashable, Sendable, CustomStringConvertible {
    /// The job.
    public let job: JobID
    /// The places where it differs, with the events around: `-` stands before what the history has and the handler does
    /// not do, `+` before what the handler does instead.
    public let text: String

    /// The difference under a line that says what it is.
    public var description: String {
        "today's handler does not do what the history of \(job) says:\n\(text)"
    }
}
