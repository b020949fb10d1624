import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// A view as the form of a stream: which of its events are sent, and how.
struct ViewForm: Sendable {
    let view: any EventStreamView
    /// The names of the events that are sent; nil for all.
    let names: Set<String>?

    /// Appends the blocks of one stored event.
    ///
    /// - Parameters:
    ///   - events: What the view says of it.
    ///   - position: Its place in the log.
    ///   - seen: How many of the blocks the reader has.
    ///   - bytes: Where they are appended.
    func append(
        _ events: [ViewEvent], at position: EventLogPosition, behind seen: Int = 0, to bytes: inout [UInt8]
    ) {
        for (index, event) in events.enumerated() where index >= seen {
            // Numbered before they are chosen: a cursor means the same for every choice.
            let isLast = index == events.count - 1
            append(event, id: isLast ? position.description : "\(position).\(index + 1)", to: &bytes)
        }
    }

    /// Appends what a reader without a cursor begins with.
    ///
    /// The cursor `snapshot` of all blocks but the last means that it has to be begun again.
    func append(snapshot events: [ViewEvent], at position: EventLogPosition, to bytes: inout [UInt8]) {
        let sent = events.filter(isChosen)
        for (index, event) in sent.enumerated() {
            append(
                event, id: index == sent.count - 1 ? position.description : ViewCursor.snapshot, to: &bytes)
        }
    }

    /// Appends one block, if it is of those that are sent.
    func append(_ event: ViewEvent, id: String, to bytes: inout [UInt8]) {
        guard isChosen(event) else { return }
        ServerSentEvents.append(
            id: id, event: view.isNamed ? event.name : nil, data: event.data, to: &bytes)
    }

    private func isChosen(_ event: ViewEvent) -> Bool { names?.contains(event.name) ?? true }
}

extension ViewForm: Hashable {
    static func == (one: ViewForm, other: ViewForm) -> Bool {
        one.names == other.names && AnyHashable(one.view) == AnyHashable(other.view)
    }

    func hash(into hasher: inout Hasher) {
        AnyHashable(view).hash(into: &hasher)
        hasher.combine(names)
    }
}

/// The cursor of a reader of a view.
enum ViewCursor: Hashable, Sendable {
    /// Everything up to an event, and of the next one, at `position`, so many blocks.
    case within(EventLogPosition, blocks: Int)
    /// Everything up to an event.
    case after(EventLogPosition)

    /// The cursor of a reader who has a part of a snapshot, which is worth nothing.
    static let snapshot = "snapshot"

    /// Reads a cursor; nil for one that says that the reader has nothing.
    ///
    /// - Throws: `RequestFault.malformedCursor`.
    static func read(_ text: String, givenAs place: String) throws(RequestFault) -> ViewCursor? {
        if text == snapshot { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map {
            EventLogPosition(text: String($0))
        }
        switch (parts.count, parts.first, parts.last) {
        case (1, let position??, _): return position == .beginning ? nil : .after(position)
        case (2, let position??, let blocks??) where position > .beginning && blocks > .beginning:
            return .within(position, blocks: Int(clamping: blocks.value))
        default: throw .malformedCursor(place)
        }
    }

    /// The cursor as it stands in `id:`.
    var text: String {
        switch self {
        case .within(let position, let blocks): "\(position).\(blocks)"
        case .after(let position): position.description
        }
    }
}
