import HoldfastEngine
import Hummingbird

extension RouteScope {
    /// `GET /v1/jobs/:id/why`: why the job is where it is.
    func showStanding(_ request: Request, _ path: Parameters, for caller: Caller) async throws -> Response {
        let id = try path.job()
        _ = try QueryParameters(request, known: [])
        let standing = try await engine.standing(of: id)
        let seesAll = AccessRule.reach(of: caller, for: .readEngine) == .all
        return .json((seesAll ? standing : standing.withoutOthers).json)
    }
}
