import HoldfastAPI
package import HoldfastCore

/// A name and a value of a query.
package struct QueryItem: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One request, before it is put on a wire.
package struct ClientRequest: Hashable, Sendable {
    /// What is done with what is at the path.
    package enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    /// From `/v1` on, percent-encoded.
    package var path: String
    package var query: [QueryItem] = []
    package var accept = "application/json"
    package var body: JSONText?
    /// By what the server knows a request that is sent again.
    package var key: RequestKey?

    package init(_ method: Method, _ path: String) {
        self.method = method
        self.path = path
    }

    /// The path with the query.
    package var target: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\($0.name)=\(URLText.encoded($0.value))" }.joined(separator: "&")
    }
}

/// Writes text as a part of a URL.
package enum URLText {
    /// The text with all but letters, digits, `-`, `.`, `_` and `~` percent-encoded.
    package static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.append(byte)
            default: encoded += ("%" + Hexadecimal.text(of: [byte]).uppercased()).utf8
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

/// The head of an answer, and where its body comes from.
package struct ClientAnswer: Sendable {
    package let status: Int
    /// The media type in lower case, with its parameters; empty when there is none.
    package let mediaType: String
    /// What `Retry-After` says, in whole seconds.
    package let retryAfter: Duration?
    package let body: any ClientBody

    package init(status: Int, mediaType: String, retryAfter: Duration?, body: any ClientBody) {
        self.status = status
        self.mediaType = mediaType
        self.retryAfter = retryAfter
        self.body = body
    }
}

/// The body of an answer; letting go of it closes its connection, if there is more to come.
package protocol ClientBody: Sendable {
    /// The next bytes; nil at the end.
    ///
    /// - Throws: `ClientError.cut`, `CancellationError`.
    func next() async throws -> [UInt8]?
}

/// Puts requests on a wire.
package protocol ClientTransport: Sendable {
    /// Sends a request and returns when the head of the answer is there.
    ///
    /// - Throws: `ClientError.unreachable`, `.cut`, `CancellationError`.
    func send(_ request: ClientRequest, bearer: String?) async throws -> ClientAnswer
}
