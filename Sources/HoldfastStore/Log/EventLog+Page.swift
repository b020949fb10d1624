public import HoldfastCore

extension EventLog {
    /// The next events after a position: from memory when they are at hand there, else from the store.
    ///
    /// It is the one way to read ahead, for replay and for following alike. `fromEnd` is answered by the
    /// store.
    ///
    /// - Throws: `StoreError` when the store cannot be read.
    public func page(_ query: EventQuery) async throws -> EventPage {
        if !query.fromEnd, query.through == nil,
            let recent = feed.recent(after: query.after, limit: max(query.limit, 1024))
        {
            return query.page(of: recent)
        }
        return try await read { try $0.events(query) }
    }
}

extension EventQuery {
    /// Tells whether an event is one of those that are asked for, whatever its position.
    public func matches(_ event: RecordedEvent) -> Bool {
        if let job, event.job != job { return false }
        if let kinds, !kinds.contains(event.event.kind) { return false }
        return true
    }

    fileprivate func page(of recent: [CommittedEvent]) -> EventPage {
        var events: [StoredEvent] = []
        for event in recent where matches(event.recorded) {
            events.append(event.stored)
            if events.count == limit { return EventPage(events: events, through: event.stored.position) }
        }
        return EventPage(events: events, through: recent.last?.stored.position ?? after)
    }
}

extension EventLog {
    /// Tells whether a terminal event ends the job's current life: no retry has opened another one since.
    ///
    /// - Throws: `StoreError` when the store cannot be read.
    public func isLastEnding(of job: JobID, at position: EventLogPosition) async throws -> Bool {
        let query = EventQuery(job: job, after: position, kinds: [.jobRetried], limit: 1)
        return try await read { try $0.events(query).events.isEmpty }
    }
}
