public import Hummingbird

/// Refuses requests whose `Host` is no name of this server (DNS rebinding).
///
/// A page of another site can make its own name point to 127.0.0.1 and is then same-origin with what answers
/// there; but
/// the browser still sends that name. A request without `Host` is none of a browser's and passes.
///
/// A `JobServer` has it. Put it before everything on a router of your own that listens on a loopback address.
public struct HostGuard<Context: RequestContext>: RouterMiddleware {
    private let names: Set<String>

    /// Accepts these names and addresses, on any port.
    public init(names: Set<String> = ["localhost", "127.0.0.1", "::1"]) {
        self.names = Set(names.map { HostName($0).text })
    }

    /// Refuses a request for another host with 421.
    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if let authority = request.head.authority {
            let name = HostName(authority).text
            guard names.contains(name) else { return ErrorMapping.answer(toRoute: .wrongHost(name)).response }
        }
        return try await next(request, context)
    }
}

/// The name or address in an authority such as `localhost:8080` or `[::1]:8080`.
struct HostName: Hashable {
    /// In lower case, without port, brackets and the dot of a complete name.
    let text: String

    init(_ authority: String) {
        var name = authority.lowercased()[...]
        if name.hasPrefix("["), let end = name.firstIndex(of: "]") {
            name = name[name.index(after: name.startIndex)..<end]
        } else if let colon = name.firstIndex(of: ":"), name.firstIndex(of: ":") == name.lastIndex(of: ":") {
            name = name[..<colon]
        }
        if name.hasSuffix(".") { name = name.dropLast() }
        text = String(name)
    }
}
