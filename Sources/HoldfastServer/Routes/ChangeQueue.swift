import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `PUT /v1/queues/:name`: replaces what the queue allows, and gives the queue as it is then.
    ///
    /// Safe to repeat.
    func configureQueue(_ request: Request, _ path: Parameters, by caller: Caller) async throws -> Response {
        let name: QueueName = try path.name()
        let body = try QueueBody(parsing: try await request.bytes(upTo: 64 * 1024))
        try await engine.configure(name, body.limits, by: caller.actor)
        return .json(try await engine.queue(name).json)
    }

    /// `PATCH /v1/queues/:name`: changes some of what the queue allows, and gives the queue as it is then.
    ///
    /// Safe to repeat.
    func changeQueue(_ request: Request, _ path: Parameters, by caller: Caller) async throws -> Response {
        let name: QueueName = try path.name()
        let body = try QueueChangeBody(parsing: try await request.bytes(upTo: 64 * 1024))
        try await engine.configure(name, by: caller.actor) { $0 = body.applied(to: $0) }
        return .json(try await engine.queue(name).json)
    }

    /// `POST /v1/queues/:name/pause` and its opposite: the queue as it is then.
    ///
    /// Safe to repeat.
    func steerQueue(
        _ verb: QueueVerb, _ request: Request, _ path: Parameters, by caller: Caller
    ) async throws -> Response {
        let name: QueueName = try path.name()
        let body = try SteerBody(parsing: try await request.bytes(upTo: 64 * 1024))
        switch verb {
        case .pause: try await engine.pauseQueue(name, reason: body.reason, by: caller.actor)
        case .resume: try await engine.resumeQueue(name, reason: body.reason, by: caller.actor)
        }
        return .json(try await engine.queue(name).json)
    }
}
