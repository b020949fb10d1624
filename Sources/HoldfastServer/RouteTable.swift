import HTTPTypes
import Hummingbird
import NIOCore

/// Adds endpoints to a router, each with what it asks of its caller, and for each path the answer to methods that it
/// does not have.
struct RouteTable<Context: RequestContext> {
    /// What answers a request: it is given the parameters of the path, and a caller who may ask for it.
    typealias Endpoint = @Sendable (Request, Parameters, Caller) async throws -> Response

    private let group: RouterGroup<Context>
    private let scope: RouteScope
    private var paths: [(path: String, methods: [HTTPRequest.Method])] = []

    /// Begins a table on a router.
    ///
    /// What its endpoints throw becomes a problem.
    init(_ router: some RouterMethods<Context>, _ scope: RouteScope) {
        self.scope = scope
        group = router.group()
        group.add(middleware: CrossOriginGuard(origins: scope.access.origins))
        group.add(middleware: ProblemMiddleware())
        group.add(middleware: BrowserGuard(origins: scope.access.origins))
    }

    /// Adds an endpoint; one for `GET` answers `HEAD` as well.
    mutating func on(
        _ path: String, _ method: HTTPRequest.Method, _ admission: Admission,
        use respond: @escaping Endpoint
    ) {
        add(path, method, admission, use: respond)
        if method == .get {
            add(path, .head, admission) { try await respond($0, $1, $2).createHeadResponse() }
        }
    }

    /// Lets every path answer 405 to the methods that were not added for it.
    func refuseOtherMethods() {
        let all: [HTTPRequest.Method] = [
            .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
        ]
        for (path, methods) in paths {
            for method in all where !methods.contains(method) {
                group.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw WrongMethod(allowed: methods)
                }
            }
        }
    }

    private mutating func add(
        _ path: String, _ method: HTTPRequest.Method, _ admission: Admission,
        use respond: @escaping Endpoint
    ) {
        let scope = scope
        group.on(RouterPath(path), method: method) { request, context in
            var request = request
            let address = (context as? any RemoteAddressRequestContext)?.remoteAddress?.ipAddress
            let caller = try await scope.admit(&request, context.parameters, admission, from: address)
            if admission != .anyone { (context as? ServerContext)?.note.caller = caller }
            return try await respond(request, context.parameters, caller)
        }
        if let index = paths.firstIndex(where: { $0.path == path }) {
            paths[index].methods.append(method)
        } else {
            paths.append((path, [method]))
        }
    }
}

/// There is something at the path, but not for this method.
struct WrongMethod: Error {
    let allowed: [HTTPRequest.Method]
}
