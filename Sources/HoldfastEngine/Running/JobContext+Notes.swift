public import HoldfastCore
import HoldfastStore

extension JobContext {
    /// Says how far the job has come.
    ///
    /// It never waits and never fails.
    ///
    /// It joins the next commit. More than ten updates a second (configurable) are merged, the last value
    /// kept.
    public func progress(
        _ done: Int, of total: Int? = nil, phase: String? = nil, message: String? = nil,
        counters: [String: Int64] = [:]
    ) {
        notes.update(
            Progress(
                .count(done: Int64(done), total: total.map(Int64.init)), phase: phase, message: message,
                counters: counters))
    }

    /// Says how far the job has come, as a part of the whole from 0 to 1.
    ///
    /// It never waits and never fails.
    public func progress(
        fraction: Double? = nil, phase: String? = nil, message: String? = nil, counters: [String: Int64] = [:]
    ) {
        notes.update(
            Progress(
                fraction.map(Progress.Amount.fraction), phase: phase, message: message, counters: counters))
    }

    /// Writes a line into the job's history.
    ///
    /// It joins the next commit and waits only when very many lines are on their way already.
    ///
    /// - Parameters:
    ///   - level: How serious it is.
    ///   - message: The line.
    ///   - metadata: Further values, stored as an object of texts.
    public func log(_ level: LogLevel, _ message: String, metadata: [String: String] = [:]) async {
        var object: JSONText?
        if !metadata.isEmpty {
            object = JSONWriter.object { writer in
                for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                    writer.key(text: key)
                    writer.string(value)
                }
            }
        }
        await notes.waitForRoom()
        notes.add(.writeLog(LogWritten(level: level, message: message, metadata: object)))
    }

    /// Records an event of the application's own and returns once it is durable.
    ///
    /// - Parameters:
    ///   - name: The application's name for it, 1 to 200 bytes.
    ///   - payload: Any value, stored as JSON.
    /// - Throws: `CancellationError` when the run is over, `StoreError` when the payload is above the limit,
    ///   `EncodingError`.
    public func emit(_ name: String, _ payload: some Encodable & Sendable) async throws {
        try checkInterruption(isWithinStep: currentStep != nil)
        guard TextIdentifierRules.accepts(name) else {
            throw NotRetryable(JSONFieldError(field: "name", expected: TextIdentifierRules.explanation))
        }
        let prepared = try await self.payload(try JobCoding.encode(payload))
        try await record(.emit(AppEmitted(name: name, payload: prepared.payload)), keeping: prepared)
    }
}
