package import HoldfastCore

/// The segments of an archive, as the log tells of them: which there are now, and which were written anew since.
package struct ArchiveIndex: Sendable {
    /// A segment as it is now.
    package struct Segment: Sendable {
        /// The position of the event that told of it last.
        package fileprivate(set) var position: EventLogPosition
        /// What that event said.
        package fileprivate(set) var event: EngineArchived
        /// The jobs that were in it once and are nowhere any more.
        package fileprivate(set) var redacted: Set<JobID>
    }

    /// The segments that there are, in the order in which they were made first.
    package private(set) var segments: [Segment] = []
    /// Those that others stand for now, and whose files are to be gone.
    package private(set) var replaced: [EngineArchived] = []
    private var places: [EventLogPosition: Int] = [:]

    /// Puts together what `engine.archived` events say.
    ///
    /// - Parameter events: The events, in order.
    package init(_ events: [(position: EventLogPosition, event: EngineArchived)]) {
        for (position, event) in events {
            if let place = event.replaces.flatMap({ places[$0] }) {
                replaced.append(segments[place].event)
                segments[place].position = position
                segments[place].event = event
                segments[place].redacted.formUnion(event.redacted)
                places[position] = place
            } else {
                places[position] = segments.count
                segments.append(
                    Segment(position: position, event: event, redacted: Set(event.redacted)))
            }
        }
    }

    /// Reads what a log tells.
    ///
    /// - Throws: `StoreError`, `EventDecodingError`.
    package init(_ reader: any RetainingReader) throws {
        self.init(
            try reader.archivings().compactMap { stored in
                guard case .engine(.archived(let event)) = try stored.decoded().event else { return nil }
                return (stored.position, event)
            })
    }

    /// What has become of a segment of which an event at a position told.
    package subscript(position: EventLogPosition) -> Segment? { places[position].map { segments[$0] } }

    /// The names that segments have or had, none of which another one gets.
    package var names: Set<String> { Set(segments.map(\.event.file) + replaced.map(\.file)) }
}
