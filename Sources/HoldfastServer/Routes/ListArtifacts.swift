import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/jobs/:id/artifacts`: the files that the job keeps so far, whether it runs or has ended.
    func listArtifacts(_ request: Request, _ path: Parameters) async throws -> Response {
        let id = try path.job()
        let parameters = try QueryParameters(request, known: ["after", "limit"])
        let after = try parameters.name("after", as: ArtifactName.self)
        let limit = try parameters.count("limit", in: 1...1000) ?? 256
        // One more than is sent tells whether there is a next page.
        let records = try await engine.log.read { reader in
            let records = try reader.artifacts(of: id, after: after, limit: limit + 1)
            if records.isEmpty, try reader.job(id) == nil { throw JobRejection.unknownJob }
            return records
        }
        let shown = Array(records.prefix(limit))
        return .json(
            ArtifactPage(artifacts: shown, next: records.count > limit ? shown.last?.name : nil).json)
    }
}
