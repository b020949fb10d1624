/// Who may enter a server, and how much of it each caller may take.
public struct AccessConfiguration: Hashable, Sendable {
    /// How callers say who they are; nil where nobody has to.
    public var authentication: Authentication?
    /// How much of the server each caller may take; nil for the standard limits, of which those for each caller hold only
    /// where callers say who they are.
    public var limits: RequestLimits?
    /// How long a stream token is good before its first stream is opened and after its last one was closed.
    public var streamTokenLifetime: Duration
    /// The origins of other sites' pages that may use the server with the credentials of their visitors, such as
    /// `https://app.example`.
    public var allowedOrigins: Set<String>

    /// Says who may enter.
    public init(
        authentication: Authentication? = nil, limits: RequestLimits? = nil,
        streamTokenLifetime: Duration = .seconds(15 * 60), allowedOrigins: Set<String> = []
    ) {
        self.authentication = authentication
        self.limits = limits
        self.streamTokenLifetime = streamTokenLifetime
        self.allowedOrigins = allowedOrigins
    }
}
