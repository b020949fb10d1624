import HTTPTypes
import HoldfastCore
import Hummingbird

/// The cookie of a browser's session.
struct SessionCookie: Sendable {
    private let configuration: Authentication

    init(_ configuration: Authentication) { self.configuration = configuration }

    /// The cookie's value in a request; nil when there is none.
    func value(in request: Request) -> String? {
        let name = name(for: request)
        let pairs = (request.headers[.cookie] ?? "").split(separator: ";")
        for pair in pairs {
            let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == name { return String(parts[1]) }
        }
        return nil
    }

    /// The field that gives the cookie to a browser; scripts of a page cannot read it, and pages of other sites do not
    /// send it.
    func field(_ value: String, for lifetime: Duration, answering request: Request) -> String {
        let seconds = max(0, lifetime.components.seconds)
        let ending = isSecure(request) ? "; Secure" : ""
        return "\(name(for: request))=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
            + ending
    }

    /// A name that a browser takes from this very host over TLS only, where there is TLS.
    private func name(for request: Request) -> String {
        isSecure(request) ? "__Host-holdfast_session" : "holdfast_session"
    }

    private func isSecure(_ request: Request) -> Bool {
        configuration.usesTLS || request.head.scheme == "https"
            || request.headers[named: "X-Forwarded-Proto"] == "https"
    }
}
