import Holdfast

/// What `GET /api/admin/bmad-metrics` answers: totals over all batches.
struct BatchMetrics: Encodable {
    var started = 0
    /// Those that have not ended.
    var running = 0
    var completed = 0
    /// Those that failed or were cancelled.
    var failed = 0
    var recipesSaved = 0
    /// In milliseconds, from the first start of a batch to its completion; 0 when none is complete.
    var meanDuration: Int64 = 0
}

/// Adds up what the log says about all batches.
///
/// The numbers of batches are the engine's own counters of their queue. The sums are a fold of the log that remembers
/// where it stood, so that asking costs what happened since; after a restart the first to ask waits for the whole log,
/// page by page.
actor BatchTotals {
    private struct Sums {
        var position = EventLogPosition.beginning
        var recipes = 0
        var completions = 0
        /// In microseconds.
        var time: Int64 = 0
    }

    private let engine: JobEngine
    private var sums = Sums()

    init(engine: JobEngine) { self.engine = engine }

    /// The totals now.
    ///
    /// - Throws: `StoreError`.
    func metrics() async throws -> BatchMetrics {
        while try await !advance() {}
        let jobs = try await engine.queue(RecipeBatch.queue).jobs
        var metrics = BatchMetrics()
        metrics.started = jobs.values.reduce(0, +)
        metrics.running = jobs.filter { !$0.key.isEnded }.values.reduce(0, +)
        metrics.completed = jobs[.completed] ?? 0
        metrics.failed = (jobs[.failed] ?? 0) + (jobs[.cancelled] ?? 0)
        metrics.recipesSaved = sums.recipes
        metrics.meanDuration = sums.completions == 0 ? 0 : sums.time / Int64(sums.completions) / 1000
        return metrics
    }

    /// Takes the next page of the log into account.
    ///
    /// - Returns: Whether there are no more.
    private func advance() async throws -> Bool {
        let known = sums
        let (next, isAtEnd) = try await engine.log.read { reader in
            let query = EventQuery(
                after: known.position, kinds: [.artifactSaved, .jobCompleted], limit: 500)
            let page = try reader.events(query)
            var next = known
            next.position = page.through
            for stored in page.events {
                guard let id = stored.job, let state = try reader.job(id),
                    state.origin.kind == RecipeBatch.kind, case .job(let event) = try stored.decoded().event
                else { continue }
                switch event {
                case .artifactSaved(let file) where file.name.rawValue.hasPrefix("recipes/"):
                    next.recipes += 1
                case .completed:
                    next.completions += 1
                    next.time += stored.at.microseconds - (state.startedAt ?? stored.at).microseconds
                default: break
                }
            }
            return (next, page.events.count < query.limit)
        }
        // Somebody else may have asked meanwhile and taken the same page.
        if sums.position < next.position { sums = next }
        return isAtEnd
    }
}
