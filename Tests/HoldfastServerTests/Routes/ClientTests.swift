import Testing

@Suite("Files of the clients", .timeLimit(.minutes(1)))
struct ClientTests {
    @Test(arguments: [
        ("holdfast.js", "text/javascript; charset=utf-8", "export class HoldfastClient"),
        ("holdfast-react.js", "text/javascript; charset=utf-8", "from \"react\""),
        ("holdfast-vue.js", "text/javascript; charset=utf-8", "from \"vue\""),
        ("holdfast.py", "text/x-python; charset=utf-8", "class AsyncClient"),
    ])
    func `a client is handed out, and not twice`(name: String, type: String, line: String) async throws {
        try await TestServer.run { server in
            let path = "/v1/clients/\(name)"
            let answer = try await server.send("GET", path)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == type)
            #expect(answer.body.contains(line))
            let tag = try #require(answer.headers["etag"])
            let again = try await server.send("GET", path, headers: ["If-None-Match": tag])
            #expect(again.status == 304)
            #expect(again.headers["etag"] == tag)
            let other = try await server.send("GET", path, headers: ["If-None-Match": "\"0\""])
            #expect(other.body == answer.body)
            #expect(try await server.send("POST", path).status == 405)
        }
    }
}
