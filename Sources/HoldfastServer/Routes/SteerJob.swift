import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

/// What can be asked of a job; the raw value is the end of the path.
enum SteerVerb: String, CaseIterable, Sendable {
    case cancel, retry, resume

    fileprivate func command(reason: String?) -> SteerCommand {
        switch self {
        case .cancel: .cancel(reason: reason)
        case .retry: .retry(reason: reason)
        case .resume: .resume(reason: reason)
        }
    }
}

extension RouteScope {
    /// `POST /v1/jobs/:id/cancel` and its like: the job as it is afterwards.
    ///
    /// Safe to repeat.
    func steerJob(_ verb: SteerVerb, _ request: Request, _ path: Parameters) async throws -> Response {
        let id = try path.job()
        let body = try SteerBody(parsing: try await request.bytes(upTo: 64 * 1024))
        let state = try await engine.steer(verb.command(reason: body.reason), id, by: caller)
        let input = try await engine.log.read { try JobDocument.input(of: id, from: $0) }
        return .json(JobDocument.json(of: state, input: input))
    }
}
