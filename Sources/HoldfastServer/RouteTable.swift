public import HTTPTypes
public import HoldfastCore
import HoldfastEngine
import HoldfastStore
public import Hummingbird
import NIOCore

/// Adds endpoints to a router, each with what it asks of its caller, and for each path the answer to methods that it
/// does not have.
///
/// The engine's own endpoints are in such a table, and an application can add its own in the same way: they find out who
/// calls, keep the same rules and limits, refuse other sites' pages, and answer errors with problems. What an endpoint
/// throws becomes a problem too: `RequestFault`, `JobRejection` and the other refusals of the engine, `HTTPError` of
/// the library; anything else is the server's own fault and logged.
public struct RouteTable {
    /// What answers a request: it is given the parameters of the path, and a caller who may ask for it.
    public typealias Endpoint = @Sendable (Request, Parameters, Caller) async throws -> Response

    /// What is behind the middleware: it is told where the request came from and notes who sent it.
    private typealias Responder =
        @Sendable (Request, Parameters, _ address: String?, CallerNote?) async throws -> Response

    /// What ids of jobs in paths begin with, such as `wf_`, for the endpoints that are added from here on.
    public var idPrefix = ""
    /// The kind of the jobs that paths name, for the endpoints that are added from here on; nil for any.
    ///
    /// A job of another kind is as good as one that does not exist.
    public var jobKind: JobKind?
    private let scope: RouteScope
    private let register: (RouterPath, HTTPRequest.Method, @escaping Responder) -> Void
    private(set) var paths: [(path: String, methods: [HTTPRequest.Method])] = []

    /// Begins a table on a router.
    init<Context: RequestContext>(_ router: some RouterMethods<Context>, _ scope: RouteScope) {
        self.scope = scope
        let group = router.group()
        group.add(middleware: CrossOriginGuard(origins: scope.access.origins))
        group.add(middleware: ProblemMiddleware())
        group.add(middleware: BrowserGuard(origins: scope.access.origins))
        register = { path, method, respond in
            group.on(path, method: method) { request, context in
                let address = (context as? any RemoteAddressRequestContext)?.remoteAddress?.ipAddress
                return try await respond(
                    request, context.parameters, address, (context as? ServerContext)?.note)
            }
        }
    }

    /// Adds an endpoint; one for `GET` answers `HEAD` as well.
    ///
    /// - Parameters:
    ///   - path: The path, with `:id` for a part that the endpoint reads.
    ///   - method: The method.
    ///   - admission: What is asked of the caller.
    ///   - changesThings: Whether a `GET` begins or changes something, so that pages of other sites may not send it.
    ///   - leavesLog: Whether nothing is written to the log although the method is no `GET`. Where the log is open for
    ///     reading only, all others are refused.
    ///   - respond: What answers.
    public mutating func on(
        _ path: String, _ method: HTTPRequest.Method, _ admission: Admission = .caller,
        changesThings: Bool = false, leavesLog: Bool = false, use respond: @escaping Endpoint
    ) {
        let isReading = leavesLog || method == .get && !changesThings
        add(path, method, admission, changesThings, isReading, use: respond)
        if method == .get {
            add(path, .head, admission, changesThings, isReading) {
                try await respond($0, $1, $2).createHeadResponse()
            }
        }
    }

    /// Lets every path answer 405 to the methods that were not added for it.
    func refuseOtherMethods() {
        let all: [HTTPRequest.Method] = [
            .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
        ]
        for (path, methods) in paths {
            for method in all where !methods.contains(method) {
                register(RouterPath(path), method) { _, _, _, _ in throw WrongMethod(allowed: methods) }
            }
        }
    }

    private mutating func add(
        _ path: String, _ method: HTTPRequest.Method, _ admission: Admission, _ changesThings: Bool,
        _ isReading: Bool, use respond: @escaping Endpoint
    ) {
        let (scope, prefix, kind) = (scope, idPrefix, jobKind)
        register(RouterPath(path), method) { request, parameters, address, note in
            if changesThings { try SiteCheck(scope.access.origins).refuseOtherSites(request) }
            var request = request
            let path = JobPath(parameters: parameters, prefix: prefix, kind: kind)
            do {
                let caller = try await scope.admit(&request, path, admission, from: address)
                if admission != .anyone { note?.caller = caller }
                // Before the body is looked at: what is asked for is not done in any case.
                guard isReading || !scope.engine.log.configuration.isReadOnly else { throw LogIsReadOnly() }
                return try await respond(request, parameters, caller)
            } catch JobRejection.unknownJob {
                throw try await scope.absence(of: path)
            } catch JobRejection.pruned {
                // The request may name another job than the path.
                let absence = try await scope.absence(of: path)
                throw absence is RouteFault ? absence : JobRejection.pruned
            }
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
