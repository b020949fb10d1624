import HTTPTypes
import Hummingbird

/// Refuses requests of other sites' pages that would change something (CSRF).
struct BrowserGuard<Context: RequestContext>: RouterMiddleware {
    /// Pages of other sites that may.
    let origins: AllowedOrigins
    private let safeMethods: Set<HTTPRequest.Method> = [.get, .head, .options]

    init(origins: AllowedOrigins) { self.origins = origins }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if !safeMethods.contains(request.method) { try SiteCheck(origins).refuseOtherSites(request) }
        return try await next(request, context)
    }
}

/// Tells whether a page of another site sent a request.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`; other programs send neither and
/// pass.
struct SiteCheck: Sendable {
    /// Pages of other sites that may.
    private let origins: AllowedOrigins

    init(_ origins: AllowedOrigins) { self.origins = origins }

    /// Refuses a request of another site's page.
    ///
    /// - Throws: `RouteFault.crossSite`.
    func refuseOtherSites(_ request: Request) throws(RouteFault) {
        if !isWelcome(request) { throw .crossSite }
    }

    private func isWelcome(_ request: Request) -> Bool {
        if let origin = request.headers[.origin], origins.contain(origin) { return true }
        if let site = request.headers[named: "Sec-Fetch-Site"] {
            // `none` is a request that the user made by hand.
            return site == "same-origin" || site == "none"
        }
        guard let origin = request.headers[.origin] else { return true }
        guard let authority = request.head.authority else { return false }
        return ["http://", "https://"].contains { origin.lowercased() == $0 + authority.lowercased() }
    }
}

extension HTTPFields {
    /// The value of a field that the library has no constant for; nil when it is absent.
    subscript(named name: String) -> String? { HTTPField.Name(name).flatMap { self[$0] } }
}
