import HoldfastAPI
import Testing

@Suite("Requests of browsers", .timeLimit(.minutes(1)))
struct BrowserTests {
    @Test(arguments: [
        ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "https://evil.example"],
        ["Origin": "null"], ["Origin": "http://localhost.evil.example"],
        ["Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"],
    ])
    func `a page of another site may change nothing`(headers: [String: String]) async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let head = try await server.head()
            let body = #"{"kind":"k","any_kind":true}"#
            let answers = [
                try await server.send("POST", "/v1/jobs", headers: headers, body: body),
                try await server.send("POST", "/v1/jobs/\(job)/cancel", headers: headers),
            ]
            for answer in answers {
                #expect(answer.status == 403)
                #expect(try answer.problem().kind == .crossSite)
            }
            #expect(try await server.head() == head)
        }
    }

    @Test(arguments: [["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"], [:]])
    func `a page of the server's own, a person and other programs may`(headers: [String: String]) async throws
    {
        try await TestServer.run { server in
            let body = #"{"kind":"k","any_kind":true}"#
            let answer = try await server.send("POST", "/v1/jobs", headers: headers, body: body)
            #expect(answer.status == 201)
        }
    }

    @Test func `an older browser is known by the origin of its page`() async throws {
        try await TestServer.run { server in
            let body = #"{"kind":"k","any_kind":true}"#
            for (origin, status) in [("http://127.0.0.1:\(server.port)", 201), ("http://127.0.0.1:1", 403)] {
                let answer = try await server.send(
                    "POST", "/v1/jobs", headers: ["Origin": origin], body: body)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `reading needs no origin, for a page of another site cannot see the answer`() async throws {
        try await TestServer.run { server in
            let answer = try await server.send("GET", "/v1/jobs", headers: ["Sec-Fetch-Site": "cross-site"])
            #expect(answer.status == 200)
            #expect(answer.headers["access-control-allow-origin"] == nil)
        }
    }
}
