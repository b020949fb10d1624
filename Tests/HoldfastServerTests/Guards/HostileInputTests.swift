import HoldfastAPI
import HoldfastCore
import HoldfastServer
import Testing

@Suite("Input that means harm", .timeLimit(.minutes(1)))
struct HostileInputTests {
    @Test func `a head and a query above the limit are refused with their limits`() async throws {
        try await TestServer.runGuarded { server in
            let wide = Guest.ana.headers.merging(["X-Filler": String(repeating: "x", count: 33_000)]) { $1 }
            let head = try await server.send("GET", "/v1/jobs", headers: wide)
            #expect(head.status == 431)
            #expect(try head.problem().kind == .tooLarge)
            let long = "/v1/jobs?kind=" + String(repeating: "x", count: 9_000)
            let query = try await server.send(as: .ana, "GET", long)
            #expect(query.status == 414)
            #expect(try query.problem().kind == .tooLarge)
            let body = try await server.send(
                as: .ana, "POST", "/v1/session", body: String(repeating: "x", count: 100))
            #expect(body.status == 201)
            let large = try await server.send(
                as: .ana, "POST", "/v1/stream-tokens", body: String(repeating: "x", count: 70_000))
            #expect(large.status == 413)
        }
    }

    @Test func `a header of 10 MB is cut off, and the server goes on`() async throws {
        try await TestServer.runGuarded { server in
            let connection = try await WireConnection(port: server.port)
            // The server closes in the middle, so that sending may fail.
            _ = try? await connection.send(
                "GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Filler: "
                    + String(repeating: "x", count: 10_000_000) + "\r\n\r\n")
            var reader = WireReader(connection)
            if let answer = try? await reader.head() { #expect(answer.status == 400) }
            await connection.close()
            try await server.send(as: .ana, "GET", "/v1/jobs").expect(200)
        }
    }

    @Test(arguments: [false, true])
    func `a head that does not come to its end is waited for no longer than the limit`(trickles: Bool)
        async throws
    {
        try await TestServer.runGuarded({ $0.idleTimeout = .milliseconds(500) }) { server in
            let connection = try await WireConnection(port: server.port)
            _ = try? await connection.send("GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Filler: ")
            if trickles {
                // A byte after the other, so that something always goes on.
                while (try? await connection.send("x")) != nil {}
            }
            try await connection.whenClosed()
            var bytes = connection.bytes()
            let answer = (try? await bytes.next()) ?? []
            #expect(answer.isEmpty, "\(String(decoding: answer, as: UTF8.self))")
        }
    }

    @Test(arguments: ["\r", "\n", "\r\n", "%0d%0a", "%0D%0ASet-Cookie:%20a=b", "\u{0}"])
    func `a line end in the path or the query splits no answer`(text: String) async throws {
        try await TestServer.runGuarded { server in
            let job = try await server.enqueue(of: .ana)
            for path in [
                "/v1/jobs/\(text)", "/v1/jobs/\(job)/artifacts/\(text)", "/v1/jobs?kind=\(text)",
                "/v1/jobs?owner=\(text)", "/v1/jobs?\(text)=1", "/v1/jobs/\(job)/stream?from=\(text)",
                "/v1/jobs/\(job)/stream?token=\(text)", "/v1/schedules/\(text)", "/v1/queues/\(text)",
            ] {
                try await server.expectNoSplit("GET \(path) HTTP/1.1\r\n", Guest.otto)
            }
        }
    }

    @Test(arguments: ["\r", "\n", "\r\nSet-Cookie: a=b", "\u{0}"])
    func `a line end in a header splits no answer`(text: String) async throws {
        try await TestServer.runGuarded({ $0.access.allowedOrigins = ["https://app.example"] }) { server in
            let job = try await server.enqueue(of: .ana)
            for name in [
                "Origin", "Last-Event-ID", "Idempotency-Key", "Accept", "X-Forwarded-Proto", "Cookie",
                "Range",
                "If-None-Match", "Authorization", "Sec-Fetch-Site", "Content-Type",
            ] {
                try await server.expectNoSplit(
                    "GET /v1/jobs/\(job) HTTP/1.1\r\n\(name): https://app.example\(text)\r\n", Guest.ana)
            }
        }
    }

    @Test(arguments: [#"a\r\nb"#, #"a\nSet-Cookie: a=b"#, #"\u0000"#, #"\u001b[2J"#])
    func `a line end in a field is refused where the field is a name`(text: String) async throws {
        try await TestServer.runGuarded { server in
            for field in ["kind", "queue", "key", "limit_key", "owner"] {
                let kind = field == "kind" ? "" : #""kind":"k","#
                let body = #"{\#(kind)"\#(field)":"\#(text)","any_kind":true}"#
                let answer = try await server.send(as: .adam, "POST", "/v1/jobs", body: body)
                #expect(answer.status == 400, "\(body)")
                #expect(try answer.problem().kind == .invalidField)
                #expect(answer.headers["set-cookie"] == nil)
            }
            // Where it is text for people it is kept, and stands on one line of every answer.
            let job = try await server.enqueue(of: .ana)
            let reason = #"{"reason":"\#(text)"}"#
            try await server.send(as: .ana, "POST", "/v1/jobs/\(job)/pause", body: reason).expect(200)
            let lines = try await server.send(as: .ana, "GET", "/v1/jobs/\(job)/events?format=ndjson")
            #expect(lines.body.split(whereSeparator: \.isNewline).count == 2)
            #expect(!lines.body.utf8.contains { $0 < 0x20 && $0 != UInt8(ascii: "\n") })
        }
    }
}

extension TestServer {
    /// Sends the beginning of a head as it is, and expects one answer without a field that was smuggled in.
    fileprivate func expectNoSplit(_ head: String, _ guest: Guest) async throws {
        let connection = try await WireConnection(port: port)
        try await connection.send(
            head + "Host: localhost\r\nConnection: close\r\nAuthorization: Bearer \(guest.key)\r\n\r\n")
        var received: [UInt8] = []
        var bytes = connection.bytes()
        while received.count < 1 << 20, let more = try await bytes.next() {
            received += more
            // A stream does not end by itself.
            if String(decoding: received, as: UTF8.self).contains("text/event-stream") { break }
        }
        await connection.close()
        let text = String(decoding: received, as: UTF8.self)
        let fields = text.components("\r\n\r\n").first ?? ""
        #expect(!fields.lowercased().contains("set-cookie"), "\(head)")
        #expect(text.components("HTTP/1.1 ").count <= 2, "\(head): \(text)")
        #expect(!text.isEmpty)
    }
}

extension String {
    /// The parts between the places where a text stands.
    fileprivate func components(_ separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
