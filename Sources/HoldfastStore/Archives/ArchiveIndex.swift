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
        /// Whether another log made it, of whose backup this one was made: its file may be that log's still.
        package fileprivate(set) var isInherited: Bool
    }

    /// The segments that there are, in the order in which they were made first.
    package private(set) var segments: [Segment] = []
    /// Those that others stand for now, and whose files are to be gone.
    package private(set) var replaced: [Segment] = []
    private var places: [EventLogPosition: Int] = [:]

    /// Puts together what `engine.archived` events say.
    ///
    /// - Parameters:
    ///   - events: The events, in order.
    ///   - restored: Up to where the log is that of a backup.
    package init(
        _ events: [(position: EventLogPosition, event: EngineArchived)],
        restoredAt restored: EventLogPosition = .beginning
    ) {
        for (position, event) in events {
            let isInherited = position < restored
            if let place = event.replaces.flatMap({ places[$0] }) {
                replaced.append(segments[place])
                segments[place].position = position
                segments[place].event = event
                segments[place].isInherited = isInherited
                segments[place].redacted.formUnion(event.redacted)
                places[position] = place
            } else {
                places[position] = segments.count
                segments.append(
                    Segment(
                        position: position, event: event, redacted: Set(event.redacted),
                        isInherited: isInherited))
            }
        }
    }

    /// Reads what a log tells.
    ///
    /// - Throws: `StoreError`, `EventDecodingError`.
    package init(_ reader: any RetainingReader) throws {
        var (events, restored) = (
            [(position: EventLogPosition, event: EngineArchived)](), EventLogPosition.beginning
        )
        for stored in try reader.archivings() {
            switch try stored.decoded().event {
            case .engine(.archived(let event)): events.append((stored.position, event))
            case .engine(.logRestored): restored = stored.position
            default: break
            }
        }
        self.init(events, restoredAt: restored)
    }

    /// What has become of a segment of which an event at a position told.
    package subscript(position: EventLogPosition) -> Segment? { places[position].map { segments[$0] } }

    /// The names that segments have or had, none of which another one gets.
    package var names: Set<String> { Set((segments + replaced).map(\.event.file)) }
}
