import ServerTestSupport
import Testing

@Suite("The program of the reference applications", .timeLimit(.minutes(1)))
struct AppCollectionTests {
    @Test func `it serves a page that leads to the applications, and says when it is ready`() async throws {
        try await TestServer.runApps { server in
            try await server.send("GET", "/readyz").expect(200)
            let index = try await server.send("GET", "/")
            index.expect(200)
            #expect(index.headers["content-type"] == "text/html; charset=utf-8")
            let paths = index.body.matches(of: #/href="(/apps/[a-z]+)"/#).map { String($0.output.1) }
            for path in paths { try await server.send("GET", path).expect(200) }
            #expect(try await server.send("GET", "/apps/none").status == 404)
        }
    }
}
