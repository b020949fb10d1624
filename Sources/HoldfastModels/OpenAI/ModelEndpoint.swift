#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The address of a service, such as `https://api.openai.com/v1`.
public struct ModelEndpoint: Hashable, Sendable, CustomStringConvertible {
    /// The address without a slash at its end.
    public let description: String

    /// Checks an address; nil unless it begins with `http` or `https` and a host, and has no user, query or fragment.
    ///
    /// The slash at its end, if any, is left out.
    public init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { return nil }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        description = text
    }

    /// Where conversations are sent.
    var chatCompletions: String { description + "/chat/completions" }
}
