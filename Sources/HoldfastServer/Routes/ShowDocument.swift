import HoldfastAPI
import HoldfastCore
import Hummingbird

extension RouteScope {
    /// `GET /v1/openapi.json`: what this API is, as OpenAPI 3.1.
    func showDocument(_ request: Request, _ document: JSONText) throws -> Response {
        _ = try QueryParameters(request, known: [])
        return .json(document)
    }
}
