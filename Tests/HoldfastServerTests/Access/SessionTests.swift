import HoldfastAPI
import HoldfastCore
import HoldfastTesting
import Testing

@testable import HoldfastServer

@Suite("Sessions of browsers", .timeLimit(.minutes(1)))
struct SessionTests {
    @Test func `a cookie lets in until the session ends, and no script can read it`() async throws {
        try await TestServer.runGuarded { server in
            let answer = try await server.send(as: .ana, "POST", "/v1/session")
            #expect(answer.status == 201)
            #expect(try answer.fields().string("subject") == "ana")
            let field = try #require(answer.headers["set-cookie"])
            #expect(field.hasPrefix("holdfast_session=hfs_"))
            #expect(field.hasSuffix("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"))
            let cookie = try #require(field.split(separator: ";").first.map(String.init))
            for cookies in [cookie, "theme=dark; \(cookie)", "a=b;\(cookie)"] {
                let who = try await server.send("GET", "/v1/session", headers: ["Cookie": cookies])
                #expect(try who.fields().string("via") == "session")
                #expect(try who.fields().string("subject") == "ana")
            }
            server.clock.advance(by: .seconds(12 * 3600 - 1))
            #expect(try await server.send("GET", "/v1/jobs", headers: ["Cookie": cookie]).status == 200)
            server.clock.advance(by: .seconds(1))
            let late = try await server.send("GET", "/v1/jobs", headers: ["Cookie": cookie])
            #expect(late.status == 401)
            #expect(try late.problem().detail.contains("log in again"))
        }
    }

    @Test func `behind TLS the cookie goes over nothing else`() async throws {
        try await TestServer.runGuarded { server in
            let answer = try await server.send(
                as: .ana, "POST", "/v1/session", headers: ["X-Forwarded-Proto": "https"])
            let field = try #require(answer.headers["set-cookie"])
            #expect(field.hasPrefix("__Host-holdfast_session=") && field.hasSuffix("; Secure"))
        }
        var encrypted = JobServerConfiguration(tls: ServerTLS(certificateFile: "c", keyFile: "k"))
        encrypted.authentication = try Guest.authentication()
        #expect(encrypted.effectiveAccess.authentication?.usesTLS == true)
        try await TestServer.runGuarded({ $0.authentication?.usesTLS = true }) { server in
            let cookie = try await server.cookie(of: .ana)
            #expect(cookie.hasPrefix("__Host-holdfast_session="))
            #expect(try await server.send("GET", "/v1/jobs", headers: ["Cookie": cookie]).status == 200)
            let plain = cookie.replacing("__Host-", with: "")
            #expect(try await server.send("GET", "/v1/jobs", headers: ["Cookie": plain]).status == 401)
        }
    }

    @Test func `a session begins with a key or a token, and lasts no longer than that`() async throws {
        let forge = try TokenForge()
        try await TestServer.runGuarded { server in
            let token = try await forge.hs256(.init(exp: ManualTime.seconds + 60))
            let answer = try await server.send(
                "POST", "/v1/session", headers: ["Authorization": "Bearer \(token)"])
            #expect(answer.headers["set-cookie"]?.contains("Max-Age=60;") == true)
            let cookie = try await server.cookie(of: .ana)
            let again = try await server.send("POST", "/v1/session", headers: ["Cookie": cookie])
            #expect(try again.problem().kind == .forbidden)
            #expect(try await server.send("POST", "/v1/session").status == 401)
        }
    }

    @Test func `logging out takes the cookie away, also from a session that has ended`() async throws {
        try await TestServer.runGuarded { server in
            for cookie in [try await server.cookie(of: .ana), "holdfast_session=stale", ""] {
                let answer = try await server.send("DELETE", "/v1/session", headers: ["Cookie": cookie])
                #expect(answer.status == 204)
                #expect(
                    answer.headers["set-cookie"]?.hasPrefix("holdfast_session=; Path=/; Max-Age=0") == true)
            }
        }
    }

    @Test func `a session has the roles of its key and is recorded under its name`() async throws {
        try await TestServer.runGuarded { server in
            let (job, cookie) = (try await server.enqueue(of: .ana), try await server.cookie(of: .vera))
            let read = try await server.send("GET", "/v1/jobs/\(job)", headers: ["Cookie": cookie])
            #expect(read.status == 200)
            let steer = try await server.send("POST", "/v1/jobs/\(job)/pause", headers: ["Cookie": cookie])
            #expect(try steer.problem().kind == .forbidden)
        }
    }

    @Test func `a cookie of another server is refused`() async throws {
        let cookie = try await TestServer.runGuarded { try await $0.cookie(of: .adam) }
        let other = try Secret(String(repeating: "k", count: 32).utf8)
        try await TestServer.runGuarded({ $0.authentication?.sessionKey = other }) { server in
            let answer = try await server.send("GET", "/v1/jobs", headers: ["Cookie": cookie])
            #expect(answer.status == 401)
        }
    }

    @Test func `with a key of its own a session outlives the process`() async throws {
        let key = try Secret(String(repeating: "k", count: 32).utf8)
        let cookie = try await TestServer.runGuarded({ $0.authentication?.sessionKey = key }) {
            try await $0.cookie(of: .ana)
        }
        try await TestServer.runGuarded({ $0.authentication?.sessionKey = key }) { server in
            let answer = try await server.send("GET", "/v1/jobs", headers: ["Cookie": cookie])
            #expect(answer.status == 200)
        }
    }

    @Test(arguments: [["Sec-Fetch-Site": "cross-site"], ["Origin": "https://evil.example"]])
    func `a page of another site can neither use a cookie nor log anybody in`(headers: [String: String])
        async throws
    {
        try await TestServer.runGuarded { server in
            let (job, cookie) = (try await server.enqueue(of: .ana), try await server.cookie(of: .ana))
            let sent = headers.merging(["Cookie": cookie]) { $1 }
            for (method, path) in [
                ("POST", "/v1/jobs/\(job)/cancel"), ("POST", "/v1/jobs"), ("DELETE", "/v1/session"),
                ("POST", "/v1/stream-tokens"),
            ] {
                let answer = try await server.send(method, path, headers: sent)
                #expect(try answer.problem().kind == .crossSite)
            }
            let login = try await server.send(as: .ana, "POST", "/v1/session", headers: headers)
            #expect(try login.problem().kind == .crossSite)
            #expect(login.headers["set-cookie"] == nil)
        }
    }
}
