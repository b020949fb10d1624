import HTTPTypes
import HoldfastAPI
import Hummingbird
import Logging

/// Turns what the routes behind it throw into problems, and logs what is the server's own fault.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            guard let answer = ErrorMapping.answer(to: error) else { throw error }
            if answer.problem.status >= 500 {
                context.logger.error(
                    "\(request.method) \(request.uri.path) failed: \(error)",
                    metadata: ["status": "\(answer.problem.status)"])
            }
            return answer.response
        }
    }
}
