public import HoldfastCore

/// Who sent a request: the one value that every endpoint is given and every rule is about.
public struct Caller: Hashable, Sendable {
    /// How a caller said who they are.
    public enum Credential: String, Hashable, Sendable {
        /// Not at all: the server asks nobody, and only programs of this machine reach it.
        case local
        /// An API key.
        case apiKey = "api_key"
        /// A JSON Web Token.
        case jwt
        /// The cookie that `POST /v1/session` set.
        case session
        /// A token that opens streams and nothing else.
        case streamToken = "stream_token"
    }

    /// Whom the credentials name; jobs that the caller enqueues belong to it.
    public let subject: Owner
    /// What the caller may do beside having jobs of their own.
    public let roles: Set<CallerRole>
    /// How the caller said who they are.
    public let via: Credential

    /// What a stream token opens; nil for every other credential.
    var grant: StreamGrant?
    /// When the credential ends by itself; nil when it does not.
    var until: Timestamp?
    /// The address that the request came from; nil when it is not known.
    var address: String?

    /// Names a caller.
    public init(subject: Owner, roles: Set<CallerRole> = [], via: Credential) {
        self.subject = subject
        self.roles = roles
        self.via = via
    }

    /// The caller of a server that asks nobody: `local`, an admin.
    public static let local = Caller(subject: "local", roles: [.admin], via: .local)

    /// The caller of an endpoint that asks nobody who they are.
    static let anybody = Caller(subject: "anybody", via: .local)

    /// Who is recorded as the actor of what the caller causes.
    public var actor: EventActor { .person(subject.rawValue) }

    /// Whom the jobs belong to that the caller enqueues; nil where nobody says who they are.
    public var owner: Owner? { via == .local ? nil : subject }
}

/// What a caller may do beside having jobs of their own.
public enum CallerRole: String, Hashable, Sendable, CaseIterable {
    /// Reads everything.
    case viewer
    /// Reads everything and steers every job.
    case `operator`
    /// May do everything.
    case admin
}
