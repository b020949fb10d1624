import HoldfastCore
public import Logging

/// Writes ordinary log lines into the history of the job that the code works for, as `log.written` events.
///
/// Put it beside the handler that a program logs with anyway, and the lines of every library that a job's handler calls
/// are in the job's history as well; lines from outside of handlers are none of its business:
///
///     LoggingSystem.bootstrap { label in
///         MultiplexLogHandler([StreamLogHandler.standardError(label: label), JobLogHandler()])
///     }
///
/// It never waits. Lines join the next commit; when very many are on their way, further ones are left out, and a line
/// says how many. A line above 16 KiB is cut and says so.
public struct JobLogHandler: LogHandler {
    /// The least serious lines that are recorded.
    public var logLevel: Logger.Level
    /// Values of every line.
    public var metadata: Logger.Metadata = [:]
    /// Gives further values for each line.
    public var metadataProvider: Logger.MetadataProvider?
    /// The job of `JobContext.logger`; nil to ask the task.
    private let notes: JobNotes?
    private let next: Logger?

    /// Makes a handler for whichever job the code works for.
    public init(level: Logger.Level = .info) {
        logLevel = level
        notes = nil
        next = nil
    }

    init(_ notes: JobNotes, level: LogLevel, passingOnTo next: Logger?) {
        logLevel = Logger.Level(level)
        self.notes = notes
        self.next = next
    }

    /// A value of every line.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Records a line, or counts it where too many are on their way.
    public func log(event: Logging.LogEvent) {
        let scope = JobScope.current
        guard let notes = notes ?? scope?.context.notes else { return }
        var values = metadata
        if let provided = metadataProvider?.get() { values.merge(provided) { $1 } }
        if let given = event.metadata { values.merge(given) { $1 } }
        if let error = event.error {
            values["error"] = "\(error)"
            values["error_type"] = "\(type(of: error))"
        }
        // The step of another job, whose logger this is not, would say something wrong.
        if let scope, let step = scope.step, scope.context.notes === notes { values["step"] = "\(step)" }
        notes.write(LogWritten(level: LogLevel(event.level), message: "\(event.message)", values: values))
        next?.log(
            level: event.level, event.message, metadata: values.merging(notes.names) { $1 },
            source: event.source, file: event.file, function: event.function, line: event.line)
    }
}

extension JobContext {
    /// A logger whose lines become events of this job, `log.written`, with their level and metadata.
    ///
    /// It never waits, unlike `log`: see `JobLogHandler` for what happens to very many lines. Its level is
    /// `EngineConfiguration.jobLogLevel`; `passesJobLogsOn` gives its lines to the engine's own logger as well.
    public var logger: Logger {
        let next = engine.configuration.passesJobLogsOn ? engine.logger : nil
        let level = engine.configuration.jobLogLevel
        return Logger(label: "holdfast.job") { _ in JobLogHandler(notes, level: level, passingOnTo: next) }
    }
}

extension Logger.MetadataProvider {
    /// Gives `job`, `kind`, `attempt` and, within a step, `step` to the lines that code logs inside of a handler.
    ///
    /// It is for the program's own log, so that its lines can be found by job:
    /// `LoggingSystem.bootstrap(factory, metadataProvider: .holdfastJob)`.
    public static let holdfastJob = Logger.MetadataProvider {
        guard let scope = JobScope.current else { return [:] }
        var metadata: Logger.Metadata = [
            "job": "\(scope.job)", "kind": "\(scope.kind)", "attempt": "\(scope.attempt)",
        ]
        if let step = scope.step { metadata["step"] = "\(step)" }
        return metadata
    }
}
