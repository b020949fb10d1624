import HoldfastAPI
import Hummingbird

/// What a reader of a durable stream asks for.
struct DurableRead: Hashable, Sendable {
    /// How a reader waits for what is still to come.
    enum Live: String, Hashable, Sendable, CaseIterable {
        case longPoll = "long-poll"
        case sse
    }

    /// Where it stands.
    let offset: DurableOffset
    /// How it waits; nil for one that only wants what is there.
    let live: Live?
    /// The `Stream-Cursor` that it got last.
    let cursor: String?

    /// Reads the query.
    ///
    /// Parameters that are not the protocol's are passed over: caches and extensions of clients add some.
    ///
    /// - Throws: `RequestFault.invalidParameter`.
    init(_ request: Request) throws(RequestFault) {
        let parameters = try QueryParameters(
            request, known: ["offset", "live", "cursor"], skipsOthers: true)
        let offset = try parameters.text("offset")
        let live = try parameters.text("live")
        self.offset = try offset.map { text throws(RequestFault) in try DurableOffset(text) } ?? .beginning
        self.live = try live.map { text throws(RequestFault) in
            guard let live = Live(rawValue: text) else {
                throw .invalidParameter("live", expected: "long-poll or sse")
            }
            guard offset != nil else {
                throw .invalidParameter("offset", expected: "given together with live")
            }
            return live
        }
        cursor = try parameters.text("cursor")
    }
}
