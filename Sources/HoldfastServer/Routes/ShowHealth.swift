import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /healthz`: the process lives and answers.
    func showHealth() -> Response { .json(JSONWriter.object { $0.field("status", "alive") }) }

    /// `GET /readyz`: requests may be sent here, or why not.
    func showReadiness() async throws -> Response {
        if let reason = engine.health.reasonNotReady ?? streams.reasonNotReady {
            throw RouteFault.unavailable(reason)
        }
        _ = try await engine.log.read { try $0.head() }
        return .json(JSONWriter.object { $0.field("status", "ready") })
    }
}

extension EngineHealth {
    fileprivate var reasonNotReady: String? {
        switch self {
        case .ready: nil
        case .storeFails(let reason): "the engine claims no jobs because the store fails: \(reason)"
        case .draining: "the engine is stopping"
        }
    }
}
