import HTTPTypes
import HoldfastCore
import HoldfastEngine
import Hummingbird

extension RouteScope {
    /// `POST /v1/session`: gives a browser the cookie of a session, for the API key or the token that it sends.
    func beginSession(
        _ request: Request, by caller: Caller, _ authentication: Authentication
    ) async throws -> Response {
        guard caller.via == .apiKey || caller.via == .jwt else {
            throw AccessFault.forbidden("a session begins with an API key or a JSON Web Token")
        }
        let now = environment.now()
        let end = min(now + authentication.sessionLifetime, caller.until ?? .distantFuture)
        let value = JSONWriter.object { writer in
            writer.caller(caller)
            writer.field("exp", end)
        }
        let cookie = SessionCookie(authentication).field(
            access.seal.text(of: value, for: .session), for: end - now, answering: request)
        var session = caller
        session.until = end
        return .json(session.json, status: .created, headers: [.setCookie: cookie])
    }

    /// `GET /v1/session`: who the caller is.
    func showSession(_ caller: Caller) -> Response { .json(caller.json) }

    /// `DELETE /v1/session`: takes the cookie away.
    ///
    /// Safe to repeat, and done also for a session that has ended.
    func endSession(_ request: Request, _ authentication: Authentication) -> Response {
        let cookie = SessionCookie(authentication).field("", for: .zero, answering: request)
        return Response(status: .noContent, headers: [.setCookie: cookie, .cacheControl: "no-store"])
    }
}

extension Caller {
    /// Who the caller is, as the caller is told.
    fileprivate var json: JSONText {
        JSONWriter.object { writer in
            writer.field("subject", subject)
            writer.field("roles", roles.map(\.rawValue).sorted())
            writer.field("via", via.rawValue)
            if let until { writer.field("expires_at", until) }
        }
    }
}
