import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// The form in which a stream's events are sent.
///
/// Two with one name are the same: what one has encoded is sent for the other.
struct StreamEncoding: Sendable {
    /// Names the form.
    let name: String
    /// Appends what is sent of an event.
    let append: @Sendable (StoredEvent, inout [UInt8]) -> Void

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

extension StreamEncoding: Hashable {
    static func == (one: StreamEncoding, other: StreamEncoding) -> Bool { one.name == other.name }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
