import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `POST /v1/jobs/:id/budget`: lets a job spend more, and go on when it is asked to; the job as it is afterwards.
    ///
    /// Safe to repeat.
    func raiseBudget(_ request: Request, _ path: Parameters, by caller: Caller) async throws -> Response {
        let id = try path.job()
        let body = try BudgetBody(parsing: try await request.bytes(upTo: 64 * 1024))
        let state = try await engine.raiseBudget(
            of: id, to: body.limit, resuming: body.resumes, by: caller.actor, reason: body.reason)
        let input = try await engine.log.read { try JobDocument.input(of: id, from: $0) }
        return .json(JobDocument.json(of: state, input: input))
    }
}
