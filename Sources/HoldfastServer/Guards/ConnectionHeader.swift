import HTTPTypes
import Hummingbird

/// Leaves `Connection` out of the answers to requests of HTTP/2, where it is forbidden.
///
/// Only these have the scheme `https`: the library gives `http` to every request of HTTP/1.1, encrypted or not.
struct ConnectionHeader<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if request.head.scheme == "https" { response.headers[.connection] = nil }
        return response
    }
}
