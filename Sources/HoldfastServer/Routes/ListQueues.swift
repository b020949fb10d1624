import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/queues`: what each queue allows, who paused it, and how many jobs it has.
    func listQueues(_ request: Request) async throws -> Response {
        _ = try QueryParameters(request, known: [])
        return .json(QueuePage(queues: try await engine.queues().map(\.json)).json)
    }

    /// `GET /v1/queues/:name`: one queue; one that nobody ever used allows everything and has no jobs.
    func showQueue(_ request: Request, _ path: Parameters) async throws -> Response {
        let name: QueueName = try path.name()
        _ = try QueryParameters(request, known: [])
        return .json(try await engine.queue(name).json)
    }
}
