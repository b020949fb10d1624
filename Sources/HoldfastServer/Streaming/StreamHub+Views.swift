import HoldfastCore
import HoldfastStore

// Encodes for views, which have to know what was before.
extension StreamHub {
    /// How many events are read at a time where a view has to catch up.
    private static let catchUpLimit = 1024

    /// What a view knows of a job after all events up to a position.
    ///
    /// - Parameters:
    ///   - view: The view.
    ///   - job: Whose events they are.
    ///   - position: Up to and including this one; nil for all that there are.
    /// - Returns: What is known there.
    /// - Throws: `StoreError`, and what the view throws.
    func place(_ view: ViewForm, _ job: JobID, at position: EventLogPosition?) async throws -> ViewPlace {
        var place = views.place(view.view, job, upTo: position)
        if let position, place.position >= position { return place }
        while true {
            // Page by page: no reader is held for long.
            let (next, isThere) = try await log.read { [place] reader in
                var place = place
                let isThere = try place.advance(
                    job, to: position, limit: StreamHub.catchUpLimit, by: reader)
                return (place, isThere)
            }
            place = next
            views.keep(place, of: view.view, job)
            if isThere { return place }
        }
    }

    /// Encodes new events of one job.
    ///
    /// - Returns: Nil when the view would have to catch up first or refuses an event: its readers do that, or meet the
    ///   same error, by themselves.
    func stretch(
        of events: [StoredEvent], through position: EventLogPosition, in view: ViewForm
    ) async throws -> StreamStretch? {
        guard let first = events.first, let job = first.job else { return nil }
        let known = views.place(view.view, job, upTo: first.position.previous)
        let encoded = try await log.read { reader -> (StreamStretch, ViewPlace)? in
            var place = known
            do {
                guard
                    try place.advance(
                        job, to: first.position.previous, limit: StreamHub.catchUpLimit, by: reader)
                else { return nil }
                let stretch = try StreamStretch(events, through: position) {
                    view.append(try place.take($0, by: reader), at: $0.position, to: &$1)
                }
                return (stretch, place)
            } catch let error as StoreError {
                throw error
            } catch {
                return nil
            }
        }
        guard let (stretch, place) = encoded else { return nil }
        views.keep(place, of: view.view, job)
        return stretch
    }
}
