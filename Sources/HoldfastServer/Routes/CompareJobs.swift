import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import Hummingbird

extension RouteScope {
    /// `GET /v1/jobs/:id/diff/:other`: what two runs have in common, and where they part.
    func compareJobs(_ request: Request, _ path: Parameters, for caller: Caller) async throws
        -> Response
    {
        let id = try path.job()
        guard let other = path.get("other").flatMap(JobID.init) else { throw JobRejection.unknownJob }
        let parameters = try QueryParameters(request, known: ["rows"])
        let rows = try parameters.count("rows", in: 1...1000) ?? 200
        // The path lets in who may see the first one.
        try await check(caller, .readJob, of: other)
        return .json(try await engine.compare(id, with: other, rows: rows).json)
    }
}
