public import HoldfastCore

/// The body of `POST /v1/jobs/:id/cancel` and of the other commands.
///
/// An empty body says as much as `{}`.
public struct SteerBody: Hashable, Sendable {
    /// Why, in words for people; recorded with the event.
    public var reason: String?

    /// Gives a reason.
    public init(reason: String? = nil) { self.reason = reason }

    /// Reads a body.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>) throws(RequestFault) {
        guard !bytes.isEmpty else {
            reason = nil
            return
        }
        let body = try RequestObject(parsing: bytes, known: ["reason"])
        reason = try body.value { fields throws(JSONFieldError) in try fields.string("reason") }
    }

    /// The JSON of the body.
    public var json: JSONText { JSONWriter.object { $0.field("reason", optional: reason) } }
}
