import HoldfastCore
import HoldfastStore

/// Which events of the log a stream has.
///
/// All that is given must hold; of a set, one member is enough.
struct StreamSelection: Hashable, Sendable {
    /// Only those of these jobs; nil for all, also those that belong to no job.
    var jobs: Set<JobID>?
    /// Only those of jobs of these kinds.
    var kinds: Set<JobKind>?
    /// Only those of jobs of these queues.
    var queues: Set<QueueName>?
    /// Only those of jobs with one of these tags.
    var tags: Set<JobTag>?
    /// Only those of this owner's jobs.
    var owner: Owner?
    /// Only events of these kinds.
    var types: Set<EventKind>?

    /// All events of one job.
    static func job(_ id: JobID) -> StreamSelection { StreamSelection(jobs: [id]) }

    /// The one job of which all events are meant; nil for any other selection.
    var onlyJob: JobID? {
        guard let jobs, jobs.count == 1, types == nil, !asksForFacts else { return nil }
        return jobs.first
    }

    /// Whether it takes more than the event to tell.
    var asksForFacts: Bool { kinds != nil || queues != nil || tags != nil || owner != nil }

    /// What a store can select by itself, after a position.
    func query(after position: EventLogPosition, limit: Int) -> EventQuery {
        let job = jobs.flatMap { $0.count == 1 ? $0.first : nil }
        return EventQuery(job: job, after: position, kinds: types, limit: limit)
    }

    /// Tells whether an event is meant, as far as the event tells.
    func fits(_ event: StoredEvent) -> Bool {
        if let types, !types.contains(where: { $0.rawValue == event.kind }) { return false }
        guard let jobs else { return true }
        return event.job.map(jobs.contains) ?? false
    }

    /// Tells whether the events of a job are meant, as far as what is known of it tells.
    func fits(_ facts: JobFacts) -> Bool {
        if let kinds, !kinds.contains(facts.kind) { return false }
        if let queues, !queues.contains(facts.queue) { return false }
        if let tags, tags.isDisjoint(with: facts.tags) { return false }
        if let owner, facts.owner != owner { return false }
        return true
    }
}
