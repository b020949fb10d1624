public import HoldfastCore

/// Between which positions a job's events stand; those of others may stand between them.
public struct EventSpan: Hashable, Sendable {
    /// The first one's.
    public var first: EventLogPosition
    /// The last one's.
    public var last: EventLogPosition

    /// Puts both together.
    public init(first: EventLogPosition, last: EventLogPosition) {
        self.first = first
        self.last = last
    }

    /// The spans of some events that follow each other, by their jobs.
    package static func all(
        of events: some Sequence<(job: JobID?, position: EventLogPosition)>
    ) -> [JobID: EventSpan] {
        var spans: [JobID: EventSpan] = [:]
        for (job, position) in events {
            guard let job else { continue }
            spans[job, default: EventSpan(first: position, last: position)].last = position
        }
        return spans
    }
}
