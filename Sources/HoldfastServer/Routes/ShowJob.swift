import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/jobs/:id`: the job as it is, with its input and output.
    func showJob(_ request: Request, _ path: Parameters) async throws -> Response {
        let id = try path.job()
        _ = try QueryParameters(request, known: [])
        return .json(try await engine.log.read { try JobDocument.read(id, from: $0) })
    }
}
