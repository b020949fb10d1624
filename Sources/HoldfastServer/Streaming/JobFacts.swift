import HoldfastCore
import HoldfastStore
import Synchronization

/// What a selection may ask of a job, none of which changes unless it is redacted.
struct JobFacts: Hashable, Sendable {
    let kind: JobKind
    let queue: QueueName
    let tags: [JobTag]
    let owner: Owner?

    init(_ state: JobState) {
        kind = state.origin.kind
        queue = state.origin.queue
        tags = state.origin.tags
        owner = state.origin.owner
    }
}

/// Remembers the facts of jobs whose events were looked at.
final class JobFactsMemory: Sendable {
    private let known = Mutex<[JobID: JobFacts]>([:])
    private let limit: Int

    /// - Parameter limit: How many jobs are remembered; then it begins anew.
    init(limit: Int = 16_384) { self.limit = limit }

    /// Those of some events that a selection means, in their order.
    func events(
        of selection: StreamSelection, among events: some Sequence<StoredEvent>, by reader: any StorageReader
    ) throws(StoreError) -> [StoredEvent] {
        var meant: [StoredEvent] = []
        for event in events where selection.fits(event) {
            if selection.asksForFacts {
                guard let job = event.job, let facts = try facts(of: job, by: reader), selection.fits(facts)
                else { continue }
            }
            meant.append(event)
        }
        return meant
    }

    /// Forgets everything.
    func forget() { known.withLock { $0.removeAll(keepingCapacity: true) } }

    /// The facts of a job; nil when there is no such job.
    private func facts(of job: JobID, by reader: any StorageReader) throws(StoreError) -> JobFacts? {
        if let facts = known.withLock({ $0[job] }) { return facts }
        guard let facts = try reader.job(job).map(JobFacts.init) else { return nil }
        known.withLock { known in
            if known.count >= limit { known.removeAll(keepingCapacity: true) }
            known[job] = facts
        }
        return facts
    }
}
