import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `POST /v1/jobs/:id/destroy-key`: destroys the key of a job, so that nobody can read its values; which job it was.
    ///
    /// Safe to repeat.
    func destroyKey(_ request: Request, _ path: Parameters, by caller: Caller) async throws -> Response {
        let id = try path.job()
        let body = try SteerBody(parsing: try await request.bytes(upTo: 64 * 1024))
        try await engine.destroyKey(of: id, reason: body.reason, by: caller.actor)
        return .json(JSONWriter.object { $0.field("job", id.description) })
    }
}
