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
    package static func all(of events: [SealedEvent]) -> [JobID: EventSpan] {
        all(count: events.count) { (events[$0].event.job, events[$0].event.position) }
    }

    /// The spans of some events that follow each other, by their jobs.
    package static func all(of events: [RecordedEvent]) -> [JobID: EventSpan] {
        all(count: events.count) { (events[$0].job, events[$0].position) }
    }

    /// By their places: going through the events themselves copies each, with all that it holds.
    private static func all(
        count: Int, _ event: (Int) -> (job: JobID?, position: EventLogPosition)
    ) -> [JobID: EventSpan] {
        var spans: [JobID: EventSpan] = [:]
        for place in 0..<count {
            let (job, position) = event(place)
            guard let job else { continue }
            spans[job, default: EventSpan(first: position, last: position)].last = position
        }
        return spans
    }
}
