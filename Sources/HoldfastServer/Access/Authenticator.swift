import HTTPTypes
import HoldfastCore
import Hummingbird

/// Finds out who sent a request.
struct Authenticator: Sendable {
    /// Who may enter; nil when nobody has to say who they are.
    let configuration: Authentication?
    let seal: Seal
    let seats: StreamSeats
    let now: @Sendable () -> Timestamp

    /// The caller of a request.
    ///
    /// What is given explicitly counts and is not replaced: a bad token beside a good cookie is refused.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - token: The stream token in the query, where the endpoint takes one.
    /// - Returns: Who sent it.
    /// - Throws: `AccessFault.noCredential`, `.invalidCredential`.
    func caller(of request: Request, token: String?) async throws(AccessFault) -> Caller {
        guard let configuration else { return .local }
        if let field = request.headers[.authorization] {
            let parts = field.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                throw .invalidCredential("\"Authorization\" should be \"Bearer\" and a key or token")
            }
            return try await caller(bearing: String(parts[1]), configuration)
        }
        if let token { return try streamCaller(bearing: token) }
        if let cookie = SessionCookie(configuration).value(in: request) { return try sessionCaller(cookie) }
        throw .noCredential
    }

    private func caller(
        bearing credential: String, _ configuration: Authentication
    ) async throws(AccessFault) -> Caller {
        if credential.hasPrefix(APIKey.prefix) {
            guard let key = configuration.apiKeys.key(of: credential) else {
                throw .invalidCredential("the API key is none of this server's")
            }
            return Caller(subject: key.subject, roles: key.roles, via: .apiKey)
        }
        if credential.hasPrefix(Seal.Purpose.stream.rawValue) { return try streamCaller(bearing: credential) }
        return try await configuration.caller(of: credential, at: now())
    }

    private func sessionCaller(_ cookie: String) throws(AccessFault) -> Caller {
        guard let fields = seal.value(in: cookie, for: .session),
            let caller = Caller(signed: fields, via: .session), let end = caller.until
        else { throw .invalidCredential("the session is none of this server's: log in") }
        guard now() < end else { throw .invalidCredential("the session has ended: log in again") }
        return caller
    }

    private func streamCaller(bearing token: String) throws(AccessFault) -> Caller {
        guard let fields = seal.value(in: token, for: .stream), let grant = StreamGrant(signed: fields),
            var caller = Caller(signed: fields, via: .streamToken), let end = caller.until
        else { throw .invalidCredential("the stream token is none of this server's") }
        // That of a job's life has more to ask than the token, which admission does.
        guard now() < end || grant.isForLife || seats.isInUse(grant.id) else {
            throw .invalidCredential("the stream token has expired")
        }
        caller.grant = grant
        return caller
    }
}
