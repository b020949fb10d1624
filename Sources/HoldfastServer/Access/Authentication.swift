public import HoldfastCore

/// How callers of a server say who they are.
///
/// A request carries an API key or a JSON Web Token as `Authorization: Bearer`, the cookie of a session that began
/// with one of them, or on streams a stream token.
public struct Authentication: Hashable, Sendable {
    /// The API keys that are accepted.
    public let apiKeys: [APIKey]
    /// The secret of tokens signed with HS256; nil accepts none.
    public let secret: Secret?
    /// The keys of tokens signed with RS256 or ES256; nil accepts none.
    public let keySet: WebKeySet?
    /// Who must have issued a JSON Web Token; nil for anybody with the key.
    public var issuer: String?
    /// Whom a JSON Web Token must be meant for; nil for anybody.
    public var audience: String?
    /// What sessions and stream tokens are signed with; nil for a key that is drawn when the server starts.
    ///
    /// With a drawn key all sessions end with the process.
    public var sessionKey: Secret?
    /// How long a session lasts, at most as long as the credential that it began with.
    public var sessionLifetime: Duration = .seconds(12 * 3600)
    /// How much later than they say JSON Web Tokens end, and how much earlier they begin.
    public var clockSkew: Duration = .seconds(30)
    /// Whether browsers reach the server over TLS, so that they may send the cookie over nothing else.
    ///
    /// A proxy that says `X-Forwarded-Proto: https` says so as well.
    public var usesTLS = false

    /// Configures who may enter.
    ///
    /// - Parameters:
    ///   - apiKeys: The API keys that are accepted.
    ///   - secret: The secret of tokens signed with HS256.
    ///   - keySet: The keys of tokens signed with RS256 or ES256.
    /// - Throws: `AuthenticationError.repeatedName`, or `.nobodyCanEnter` when nothing is given.
    public init(
        apiKeys: [APIKey] = [], secret: Secret? = nil, keySet: WebKeySet? = nil
    ) throws(AuthenticationError) {
        var names: Set<String> = []
        for key in apiKeys where !names.insert(key.name).inserted { throw .repeatedName(key.name) }
        guard !apiKeys.isEmpty || secret != nil || keySet != nil else { throw .nobodyCanEnter }
        self.apiKeys = apiKeys
        self.secret = secret
        self.keySet = keySet
    }
}
