import HoldfastAPI
import Testing

/// Sends requests to a server and compares what it answers with the document that it serves.
final class OpenAPIExchange {
    let server: TestServer
    let check: SchemaCheck
    /// The operations of which an answer was seen, as `GET /v1/jobs`: that were granted, and that were refused.
    private(set) var granted: Set<String> = []
    private(set) var refused: Set<String> = []

    init(_ server: TestServer) async throws {
        self.server = server
        let answer = try await server.send("GET", "/v1/openapi.json")
        try #require(answer.status == 200)
        check = SchemaCheck(document: try JSONTree(parsing: answer.body))
    }

    /// The operations of the document, as `GET /v1/jobs`.
    var operations: Set<String> {
        Set(
            (check.document["paths"]?.members ?? [:]).flatMap { path, methods in
                methods.members.keys.map { "\($0.uppercased()) \(path)" }
            })
    }

    /// Sends a request and expects an answer of a status that fits the document.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - template: The path as the document has it.
    ///   - values: What stands in the place of its parameters, in order, and behind them a query.
    ///   - body: The body.
    ///   - headers: Further headers.
    ///   - status: The status of the answer.
    ///   - location: Where this was asked for.
    /// - Returns: The answer.
    /// - Throws: When there is no answer, or no such operation.
    @discardableResult
    func send(
        _ method: String, _ template: String, _ values: String..., body: String? = nil,
        headers: [String: String] = [:], status: Int = 200, location: SourceLocation = #_sourceLocation
    ) async throws -> WireAnswer {
        var rest = values[...]
        let parts = template.split(separator: "/").map { part in
            part.hasPrefix("{") ? rest.popFirst() ?? "" : String(part)
        }
        let path = "/" + parts.joined(separator: "/") + (rest.popFirst() ?? "")
        let answer = try await server.send(method, path, headers: headers, body: body)
        let operation = try #require(
            check.document["paths"]?[template]?[method.lowercased()], "\(method) \(template)",
            sourceLocation: location)
        #expect(answer.status == status, "\(method) \(path): \(answer.body)", sourceLocation: location)
        do {
            try compare(answer, with: operation)
            let media = operation["requestBody"]?["content"]
            if (200..<300).contains(status), let body, media?["application/x-ndjson"] == nil {
                let schema = media?["application/json"]?["schema"]
                try check.check(try JSONTree(parsing: body), schema ?? .null)
            }
        } catch {
            Issue.record("\(method) \(path): \(error)", sourceLocation: location)
        }
        if answer.status < 400 {
            granted.insert("\(method) \(template)")
        } else {
            refused.insert("\(method) \(template)")
        }
        return answer
    }

    private func compare(_ answer: WireAnswer, with operation: JSONTree) throws {
        let described = try #require(
            operation["responses"]?["\(answer.status)"], "\(answer.status) is not in the document")
        guard let content = described["content"] else {
            #expect(answer.body.isEmpty)
            return
        }
        let media = try #require(answer.headers["content-type"])
        let schema = try #require(
            content[media]?["schema"] ?? content["*/*"]?["schema"], "\(media) is not in the document")
        guard media.contains("json") && !media.contains("ndjson") else { return }
        try check.check(try JSONTree(parsing: answer.body), schema)
    }
}
