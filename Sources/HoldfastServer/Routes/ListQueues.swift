import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/queues`: what each queue allows, who paused it, and how many jobs it has.
    func listQueues(_ request: Request) async throws -> Response {
        let moment = try QueryParameters(request, known: ["at"]).past()
        let queues = try await engine.log.read { try QueueReport.all(from: try $0.at(moment)) }
        return .json(QueuePage(queues: queues.map(\.json)).json)
    }

    /// `GET /v1/queues/:name`: one queue; one that nobody ever used allows everything and has no jobs.
    func showQueue(_ request: Request, _ path: Parameters) async throws -> Response {
        let name: QueueName = try path.name()
        let moment = try QueryParameters(request, known: ["at"]).past()
        return .json(try await engine.log.read { try QueueReport.one(name, from: try $0.at(moment)) }.json)
    }
}
