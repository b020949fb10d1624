public import AsyncHTTPClient
import HoldfastAPI
import HoldfastCore

/// Watches and steers the jobs of a Holdfast server.
///
///     let client = try HoldfastClient("http://127.0.0.1:8080")
///     let job = try await client.enqueue(EnqueueBody(kind: "inventory", input: input)).id
///     for try await event in client.events(of: job) { print(event.kind, event.data) }
///
/// Calls throw `ClientError` and give the JSON that the server answers, as `/v1/openapi.json` describes it. None is made
/// again by itself: those that change something are safe to repeat, some of them with a name for the request, as each
/// says. It has no state of its own, and may be used from many tasks at once.
public struct HoldfastClient: Sendable {
    /// Says who the client is: an API key, a JSON Web Token or, for streams alone, a stream token.
    public struct Credential: Sendable {
        let text: @Sendable () async throws -> String

        /// Sends the same with each request.
        public init(_ token: String) { text = { token } }

        /// Asks for each request, for tokens that end.
        public init(asking ask: @escaping @Sendable () async throws -> String) { text = ask }
    }

    let transport: any ClientTransport
    let credential: Credential?
    let timing: ClientTiming
    let environment: ClientEnvironment

    /// Names a server; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - url: Where the server is, such as `https://jobs.example.com`; it may have a path before `/v1`.
    ///   - credential: Who the client is; nil where the server asks nobody.
    ///   - timing: How long to wait for what.
    ///   - environment: Where time and chance come from.
    ///   - http: What makes the connections, such as one that trusts certificates of one's own; nil for one that all
    ///     clients of the process share.
    /// - Throws: `ClientError.invalidURL`.
    public init(
        _ url: String, credential: Credential? = nil, timing: ClientTiming = ClientTiming(),
        environment: ClientEnvironment = .system, http: HTTPClient? = nil
    ) throws(ClientError) {
        guard let address = Self.address(url) else { throw .invalidURL(url) }
        self.init(
            HTTPTransport(address: address, http: http ?? HTTPTransport.standard), credential: credential,
            timing: timing,
            environment: environment)
    }

    /// Puts a client on a transport, which may be one of a test.
    package init(
        _ transport: any ClientTransport, credential: Credential? = nil,
        timing: ClientTiming = ClientTiming(), environment: ClientEnvironment = .system
    ) {
        self.transport = transport
        self.credential = credential
        self.timing = timing
        self.environment = environment
    }

    /// The address up to the path of the API; nil when the text is no `http` or `https` URL of a server.
    private static func address(_ url: String) -> String? {
        let text = url.hasSuffix("/") ? String(url.dropLast()) : url
        let scheme = ["http://", "https://"].first { text.lowercased().hasPrefix($0) }
        guard let scheme, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "?#@\\\"<>".contains($0) })
        else { return nil }
        let host = text.dropFirst(scheme.count).prefix { $0 != "/" }
        return host.isEmpty || host.hasPrefix(":") ? nil : text
    }
}

/// An answer that was read to its end.
struct WholeAnswer: Sendable {
    let status: Int
    /// The JSON of the body; `null` where there is none.
    let json: JSONText
}

extension HoldfastClient {
    /// Does a request and reads the JSON of its answer.
    ///
    /// - Throws: `ClientError`.
    func call(_ request: ClientRequest) async throws -> JSONText { try await whole(request).json }

    /// Does a request and reads its answer to the end, within the time that a connection may be silent.
    ///
    /// - Throws: `ClientError`.
    func whole(_ request: ClientRequest) async throws -> WholeAnswer {
        try await environment.within(timing.silence, orThrow: .timedOut(.answer)) {
            let answer = try await self.answer(to: request)
            let text = try await Self.text(of: answer.body)
            guard !text.isEmpty else { return WholeAnswer(status: answer.status, json: .null) }
            guard answer.mediaType.hasPrefix("application/json"),
                let json = try? JSONText(validating: text)
            else { throw ClientError.foreign(status: answer.status, retryAfter: nil) }
            return WholeAnswer(status: answer.status, json: json)
        }
    }

    /// Does a request, and gives its answer if that is none of 300 and above.
    ///
    /// - Throws: `ClientError`.
    func answer(to request: ClientRequest) async throws -> ClientAnswer {
        let answer = try await transport.send(request, bearer: try await credential?.text())
        guard !(200..<300).contains(answer.status) else { return answer }
        let text = try await Self.text(of: answer.body)
        guard answer.mediaType.hasPrefix(Problem.mediaType), let problem = Problem(parsing: text) else {
            throw ClientError.foreign(status: answer.status, retryAfter: answer.retryAfter)
        }
        throw ClientError.refused(problem, retryAfter: answer.retryAfter)
    }

    private static func text(of body: any ClientBody) async throws -> String {
        var bytes: [UInt8] = []
        while let more = try await body.next() { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ClientError {
    /// Reads a value out of an answer.
    ///
    /// - Throws: `ClientError.malformed` when it is not there.
    static func reading<Value>(_ read: () throws -> Value) throws(ClientError) -> Value {
        do {
            return try read()
        } catch {
            throw .malformed("\(error)")
        }
    }
}
