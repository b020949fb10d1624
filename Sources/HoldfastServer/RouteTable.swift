import HTTPTypes
import Hummingbird

/// Adds endpoints to a router, and for each path the answer to methods that it does not have.
struct RouteTable<Context: RequestContext> {
    private let group: RouterGroup<Context>
    private var paths: [(path: String, methods: [HTTPRequest.Method])] = []

    /// Begins a table on a router.
    ///
    /// What its endpoints throw becomes a problem.
    init(_ router: some RouterMethods<Context>) {
        group = router.group()
        group.add(middleware: ProblemMiddleware())
        group.add(middleware: BrowserGuard())
    }

    /// Adds an endpoint; one for `GET` answers `HEAD` as well.
    mutating func on(
        _ path: String, _ method: HTTPRequest.Method,
        use respond: @escaping @Sendable (Request, Parameters) async throws -> Response
    ) {
        add(path, method) { try await respond($0, $1) }
        if method == .get { add(path, .head) { try await respond($0, $1).createHeadResponse() } }
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
        _ path: String, _ method: HTTPRequest.Method,
        use respond: @escaping @Sendable (Request, Parameters) async throws -> Response
    ) {
        group.on(RouterPath(path), method: method) { request, context in
            try await respond(request, context.parameters)
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
