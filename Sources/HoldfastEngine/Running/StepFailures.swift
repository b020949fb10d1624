import HoldfastCore
import HoldfastStore

/// How often a step threw in one attempt of its job, and when it is due again: read from the log where a run goes on
/// with an attempt that was cut off.
struct StepFailures {
    private(set) var count = 0
    /// When the step is tried again; nil when its last failure went up to the handler, or there was none.
    private(set) var retryAt: Timestamp?

    /// Counts the failures of a step, from the newest back to the beginning of the attempt.
    ///
    /// - Throws: `StoreError`, or `EventDecodingError` for an event of a newer program.
    init(of step: StepKey, in attempt: Int, of job: JobID, _ reader: any StorageReader) throws {
        guard let record = try reader.step(step, of: job), record.failures > 0, record.attempt == attempt
        else {
            return
        }
        var query = EventQuery(job: job, kinds: [.stepFailed], fromEnd: true)
        while true {
            let page = try reader.events(query).events
            for event in page.reversed() {
                if let other = event.attempt, other < attempt { return }
                guard case .job(.stepFailed(let failed)) = try event.decoded().event, failed.step == step
                else {
                    continue
                }
                if count == 0 { retryAt = failed.retryAt }
                count += 1
            }
            guard let first = page.first, page.count == query.limit else { return }
            query.through = EventLogPosition(first.position.value - 1)
        }
    }
}
