import HTTPTypes
import Hummingbird

extension Request {
    /// Whether the client takes gzip, by `Accept-Encoding` (RFC 9110, section 12.5.3).
    ///
    /// A client that says nothing gets what it can read without it.
    var acceptsGzip: Bool {
        var quality: [String: Double] = [:]
        for range in headers[values: .acceptEncoding].joined(separator: ",").split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            guard let name = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
            quality[name] = weight ?? 1
        }
        return (quality["gzip"] ?? quality["*"] ?? 0) > 0
    }
}
