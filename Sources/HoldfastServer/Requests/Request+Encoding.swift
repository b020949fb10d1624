import HTTPTypes
import HoldfastAPI
import Hummingbird

extension Request {
    /// Whether the client takes gzip, by `Accept-Encoding` (RFC 9110, section 12.5.3).
    ///
    /// A client that says nothing gets what it can read without it.
    var acceptsGzip: Bool {
        let liked = Preferences(headers[values: .acceptEncoding].joined(separator: ","))
        return (liked.weight(of: "gzip") ?? liked.weight(of: "*") ?? 0) > 0
    }
}
