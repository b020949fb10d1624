import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `POST /v1/bulk`: 202 with the operation, which goes on by itself; with `dry_run` 200 with the number of jobs.
    func startBulk(_ request: Request, by caller: Caller) async throws -> Response {
        let bytes = try await request.bytes(upTo: 64 * 1024)
        let body = try BulkBody(parsing: bytes)
        guard !body.isDryRun else {
            let count = try await engine.count(body.filter)
            return .json(JSONWriter.object { $0.field("matched", count) })
        }
        let asked = BulkRequest(body.command, body.filter, spread: body.spread)
        let handle = try await engine.bulk(asked, by: caller.actor, mark: try request.mark(of: bytes))
        return .json(
            BulkCodec.encode(try await handle.state()), status: .accepted,
            headers: [.location: "\(request.uri.path)/\(handle.id)"])
    }

    /// `GET /v1/bulk/:id`: the operation as it is.
    func showBulk(_ request: Request, _ path: Parameters) async throws -> Response {
        _ = try QueryParameters(request, known: [])
        guard let id = path.get("id").flatMap(BulkID.init(rawValue:)) else {
            throw BulkRejection.unknownOperation
        }
        return .json(BulkCodec.encode(try await engine.bulkOperation(id)))
    }

    /// `GET /v1/bulk`: the newest operations.
    func listBulk(_ request: Request) async throws -> Response {
        let parameters = try QueryParameters(request, known: ["limit"])
        let limit = try parameters.count("limit", in: 1...200) ?? 50
        let operations = try await engine.bulkOperations(limit: limit)
        return .json(BulkPage(operations: operations.map(BulkCodec.encode)).json)
    }
}
