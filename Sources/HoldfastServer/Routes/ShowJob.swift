import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/jobs/:id`: the job as it is or was, with its input and output.
    func showJob(_ request: Request, _ path: Parameters) async throws -> Response {
        let id = try path.job()
        let moment = try QueryParameters(request, known: ["at"]).past()
        return .json(try await engine.log.read { try JobDocument.read(id, from: try $0.at(moment)) })
    }

    /// `GET /v1/jobs/:id/sheet`: everything that is known about the job, with large values in full.
    func showSheet(_ request: Request, _ path: Parameters) async throws -> Response {
        let id = try path.job()
        let parameters = try QueryParameters(request, known: ["logs", "at"])
        let moment = try parameters.past()
        let limit = try parameters.count("logs", in: 0...1000) ?? 50
        return .json(
            try await engine.log.read { try JobSheet(id, logLimit: limit, from: try $0.at(moment)).json })
    }
}
