import HoldfastCore

/// Why a request is refused before an endpoint looks at it.
enum AccessFault: Error, Hashable, Sendable {
    /// The request does not say who sends it.
    case noCredential
    /// What the request says about its sender is not believed; the text says why, and holds no secret.
    case invalidCredential(String)
    /// The caller is known and may not do it; the text says what is missing.
    case forbidden(String)
    /// The caller sends requests faster than is allowed.
    case tooManyRequests(wait: Duration)
    /// As many streams are open as are allowed, for a caller or an address.
    case tooManyStreams(limit: Int, per: StreamLimit)
    /// The fields of the head have more bytes than are read.
    case headTooLarge(limit: Int)
    /// The query has more bytes than are read.
    case queryTooLong(limit: Int)
}

/// Whom a limit of streams is counted for.
enum StreamLimit: String, Hashable, Sendable {
    case caller, address
}
