import HoldfastCore
import HoldfastStore

/// What a view knows of a job after some of its events, whatever the view's type.
protocol ViewFolding: Sendable {
    /// Takes the next event into account.
    ///
    /// - Returns: What is sent of it.
    mutating func take(_ event: StoredEvent, by reader: any StorageReader) throws -> [ViewEvent]
    /// What a reader without a cursor begins with; nil for a replay.
    func snapshot() throws -> [ViewEvent]?
}

/// What a view knows of a job after some of its events.
struct ViewFold<View: EventStreamView>: ViewFolding {
    let view: View
    private(set) var state: View.State
    private var throttle = ViewThrottle()

    /// Begins before the first event.
    init(_ view: View) {
        self.view = view
        state = view.initialState
    }

    mutating func take(_ event: StoredEvent, by reader: any StorageReader) throws -> [ViewEvent] {
        guard let viewed = try ViewedEvent.read(event, by: reader) else { return [] }
        let events: [ViewEvent]
        do {
            events = try view.events(of: viewed, &state)
        } catch {
            throw ViewFailure(view: view.name, position: event.position, underlying: error)
        }
        return events.filter { throttle.admits($0, at: viewed.at) }
    }

    func snapshot() throws -> [ViewEvent]? { try view.snapshot(state) }
}

/// A view threw: its readers are cut, and the server's log says why.
struct ViewFailure: Error, CustomStringConvertible {
    let view: String
    /// The event that it was asked about.
    let position: EventLogPosition
    let underlying: any Error

    var description: String { "the view \(view) refuses the event at \(position): \(underlying)" }
}

extension EventStreamView {
    /// What is known before the first event.
    var emptyFold: any ViewFolding { ViewFold(self) }
}

/// Lets the first event of each second through, by name and key.
struct ViewThrottle: Hashable, Sendable {
    private struct Mark: Hashable {
        let name: String
        let key: String
    }

    private var second: Int64 = 0
    /// What was let through in that second.
    private var seen: Set<Mark> = []

    /// Tells whether an event is sent whose stored event happened at a moment.
    mutating func admits(_ event: ViewEvent, at moment: Timestamp) -> Bool {
        guard let key = event.throttleKey else { return true }
        let now = moment.microseconds / 1_000_000
        if now != second { (second, seen) = (now, []) }
        return seen.insert(Mark(name: event.name, key: key)).inserted
    }
}
