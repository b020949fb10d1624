import HTTPTypes
import Hummingbird

/// Lets pages of the origins that were configured read the answers (CORS), and no others.
///
/// It answers the question that a browser asks before such a request, which carries no credentials.
struct CrossOriginGuard<Context: RequestContext>: RouterMiddleware {
    /// Exact origins, such as `https://app.example`.
    let origins: AllowedOrigins

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard !origins.isEmpty else { return try await next(request, context) }
        guard let origin = request.headers[.origin], origins.contain(origin) else {
            var response = try await next(request, context)
            response.headers.append(HTTPField(name: .vary, value: "Origin"))
            return response
        }
        let asks = request.method == .options && request.headers[.accessControlRequestMethod] != nil
        var response = asks ? preflight : try await next(request, context)
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlAllowCredentials] = "true"
        response.headers[.accessControlExposeHeaders] = Self.exposed
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        return response
    }

    /// The headers that a page may read beside those that every page may.
    private static var exposed: String {
        (["Location", "Retry-After", "WWW-Authenticate", "ETag"] + DurableHeader.allCases.map(\.rawValue))
            .joined(separator: ", ")
    }

    private var preflight: Response {
        var headers: HTTPFields = [
            .accessControlAllowMethods: "GET, HEAD, POST, PUT, DELETE",
            .accessControlAllowHeaders:
                "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Range, If-None-Match",
            .cacheControl: "no-store",
        ]
        headers[.accessControlMaxAge] = "600"
        return Response(status: .noContent, headers: headers)
    }
}

/// The origins of other sites whose pages may use the server.
struct AllowedOrigins: Hashable, Sendable {
    private let origins: Set<String>

    init(_ origins: Set<String>) { self.origins = Set(origins.map { $0.lowercased() }) }

    var isEmpty: Bool { origins.isEmpty }

    /// Tells whether the value of an `Origin` is one of them, whole and exactly.
    func contain(_ origin: String) -> Bool { origins.contains(origin.lowercased()) }
}
