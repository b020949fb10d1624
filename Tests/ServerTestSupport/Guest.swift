package import HoldfastCore
import HoldfastEngine
package import HoldfastServer
import HoldfastStore
import Testing

/// Those who have an API key for the server of a test.
package enum Guest: String, CaseIterable, Sendable {
    /// Two people without a role.
    case ana, bob
    /// One for each role.
    case vera, otto, adam

    package var roles: Set<CallerRole> {
        switch self {
        case .ana, .bob: []
        case .vera: [.viewer]
        case .otto: [.operator]
        case .adam: [.admin]
        }
    }

    /// The text of the guest's API key.
    package var key: String { "hfk_the-key-of-\(rawValue)" }

    /// What the guest sends.
    package var headers: [String: String] { ["Authorization": "Bearer \(key)"] }

    package var owner: Owner { Owner(unchecked: rawValue) }

    /// The secret of tokens and of sessions.
    package static let secret = "0123456789abcdef0123456789abcdef"

    /// Lets every guest in, and tokens that are signed with the secret.
    package static func authentication(keySet: WebKeySet? = nil) throws -> Authentication {
        let keys = try allCases.map { guest in
            try APIKey(
                name: guest.rawValue, sha256: SHA256Sum(of: guest.key).description, subject: guest.owner,
                roles: guest.roles)
        }
        return try Authentication(apiKeys: keys, secret: try Secret(secret.utf8), keySet: keySet)
    }
}

extension TestServer {
    /// Runs a body against a server that lets guests in and nobody else.
    package static func runGuarded<Result>(
        _ adjust: (inout JobServerConfiguration) throws -> Void = { _ in },
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        var access = JobServerConfiguration()
        access.authentication = try Guest.authentication()
        try adjust(&access)
        return try await run({ configuration, _ in
            configuration = access
            configuration.port = 0
        }) { server in try await body(server) }
    }

    /// Sends a request of a guest and reads the whole answer.
    package func send(
        as guest: Guest, _ method: String, _ path: String, headers: [String: String] = [:],
        body: String? = nil
    ) async throws -> WireAnswer {
        try await send(
            method, path, headers: guest.headers.merging(headers) { $1 }, body: body)
    }

    /// Sends a request and reads the head of the answer, and its body when it is a refusal: streams do not end.
    package func ask(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil
    ) async throws -> WireAnswer {
        let connection = try await WireConnection(port: port)
        let body = Array((body ?? "").utf8)
        let head = WireConnection.head(method, path, port: port, headers: headers, length: body.count)
        try await connection.send(Array(head.utf8) + body)
        var reader = WireReader(connection)
        var answer = try await reader.head()
        if answer.status >= 400, method != "HEAD",
            let length = answer.headers["content-length"].flatMap(Int.init)
        {
            answer.body = try await reader.text(length)
        }
        await connection.close()
        return answer
    }

    /// Enqueues a job that belongs to a guest.
    @discardableResult
    package func enqueue(of guest: Guest) async throws -> JobID {
        var options = EnqueueOptions()
        options.owner = guest.owner
        let request = EnqueueRequest(
            kind: "test.job", input: .emptyObject, options: options, acceptsAnyKind: true)
        return try await engine.enqueue(request, by: .person(guest.rawValue)).state.id
    }
}

extension TestServer {
    /// Logs a guest in as a browser does, and gives what it sends from then on.
    package func cookie(of guest: Guest) async throws -> String {
        let answer = try await send(as: guest, "POST", "/v1/session")
        try #require(answer.status == 201, "\(answer.body)")
        let field = try #require(answer.headers["set-cookie"])
        return try #require(field.split(separator: ";").first.map(String.init))
    }
}
