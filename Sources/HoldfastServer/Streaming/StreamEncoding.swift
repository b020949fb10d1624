import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// The form in which a stream's events are sent.
///
/// Two with one name and one view are the same: what one has encoded is sent for the other.
struct StreamEncoding: Sendable {
    /// Names the form.
    let name: String
    /// Appends what is sent of an event.
    let append: @Sendable (StoredEvent, inout [UInt8]) -> Void
    /// The view of an application, which takes more than the event to tell what is sent of it; nil for the engine's own
    /// forms.
    private(set) var view: ViewForm?

    /// Blocks of an event stream.
    static let blocks = StreamEncoding(name: "sse") { event, bytes in
        ServerSentEvents.append(id: event.position, event: event.kind, data: event.envelope, to: &bytes)
    }

    /// Lines of JSON.
    static let lines = StreamEncoding(name: "ndjson") { event, bytes in
        bytes.append(contentsOf: event.envelope.text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}

extension StreamEncoding {
    /// Blocks of an application's view.
    static func view(_ view: ViewForm) -> StreamEncoding {
        var encoding = StreamEncoding(name: view.view.name) { _, _ in }
        encoding.view = view
        return encoding
    }

    /// How often a reader gets a sign of life; nil for as often as the server says.
    var heartbeat: Duration? { view?.view.quiet.heartbeat }
}

extension StreamEncoding: Hashable {
    static func == (one: StreamEncoding, other: StreamEncoding) -> Bool {
        one.name == other.name && one.view == other.view
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(view)
    }
}
