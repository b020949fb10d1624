import HoldfastAPI
import HoldfastCore
import HoldfastServer
import HoldfastTesting
import Testing

@Suite("Stream tokens", .timeLimit(.minutes(1)))
struct StreamTokenTests {
    @Test func `a token opens the streams of its job, in the query or as a bearer`() async throws {
        try await TestServer.runGuarded { server in
            let job = try await server.enqueue(of: .ana)
            let token = try await server.streamToken(of: .ana, #"{"job":"\#(job)"}"#)
            for path in [
                "stream", "events", "events?format=sse", "events?format=ndjson", "stream?from=start",
                "durable-stream", "durable-stream?offset=-1&live=sse",
            ] {
                let mark = path.contains("?") ? "&" : "?"
                let url = "/v1/jobs/\(job)/\(path)"
                #expect(try await server.ask("GET", "\(url)\(mark)token=\(token)").status == 200)
                #expect(try await server.ask("HEAD", "\(url)\(mark)token=\(token)").status == 200)
                let bearer = ["Authorization": "Bearer \(token)"]
                #expect(try await server.ask("GET", url, headers: bearer).status == 200)
            }
        }
    }

    @Test func `a token for a filter opens the stream with that filter`() async throws {
        try await TestServer.runGuarded { server in
            let token = try await server.streamToken(of: .ana, #"{"filter":{"kind":["test.job","k"]}}"#)
            let (mine, _) = (try await server.enqueue(of: .ana), try await server.enqueue(of: .bob))
            try await server.send(
                as: .ana, "POST", "/v1/jobs", body: #"{"kind":"other","any_kind":true}"#
            ).expect(201)
            for query in ["", "&kind=k,test.job", "&kind=test.job&kind=k"] {
                let answer = try await server.send(
                    "GET", "/v1/stream?from=start&format=json&token=\(token)\(query)")
                #expect(answer.status == 200, "\(answer.body)")
                let events = try #require(try answer.fields().raw("events").flatMap(JSONValues.elements))
                #expect(try events.map { try JSONFields($0).string("job") } == [mine.description])
            }
            for query in ["&kind=test.job", "&kind=other", "&tag=x", "&owner=bob"] {
                let answer = try await server.ask("GET", "/v1/stream?token=\(token)\(query)")
                #expect(try answer.problem().kind == .forbidden)
            }
            let job = try await server.ask("GET", "/v1/jobs/\(mine)/stream?token=\(token)")
            #expect(job.status == 403)
            let byJob = try await server.streamToken(of: .ana, #"{"job":"\#(mine)"}"#)
            #expect(try await server.ask("GET", "/v1/stream?token=\(byJob)").status == 403)
            for headers in [["Authorization": "Bearer \(token)"], [:]] {
                let query = headers.isEmpty ? "?token=\(token)" : ""
                #expect(try await server.ask("GET", "/v1/stream\(query)", headers: headers).status == 200)
            }
        }
    }

    @Test func `a token opens nothing else`() async throws {
        try await TestServer.runGuarded { server in
            let (job, other) = (try await server.enqueue(of: .ana), try await server.enqueue(of: .ana))
            let token = try await server.streamToken(of: .ana, #"{"job":"\#(job)"}"#)
            let bearer = ["Authorization": "Bearer \(token)"]
            let head = try await server.head()
            for path in ["stream", "events", "durable-stream"] {
                for headers in [bearer, [:]] {
                    let query = headers.isEmpty ? "?token=\(token)" : ""
                    let answer = try await server.ask(
                        "GET", "/v1/jobs/\(other)/\(path)\(query)", headers: headers)
                    #expect(answer.status == 403)
                    #expect(try answer.problem().kind == .forbidden)
                }
            }
            let streams = ["/v1/jobs/JOB/stream", "/v1/jobs/JOB/events", "/v1/stream"]
            for endpoint in GuardedEndpoint.all
            where endpoint.method == "POST" || !streams.contains(where: endpoint.path.hasPrefix) {
                let answer = try await server.ask(endpoint, about: job, headers: bearer)
                #expect(answer.status == 403, "\(endpoint)")
                // In the query it is no credential at all there.
                let mark = endpoint.path.contains("?") ? "&" : "?"
                let inQuery = GuardedEndpoint(
                    endpoint.need, endpoint.method, "\(endpoint.path)\(mark)token=\(token)", endpoint.body)
                #expect(try await server.ask(inQuery, about: job, headers: [:]).status == 401)
            }
            #expect(try await server.head() == head)
        }
    }

    @Test func `a token that nobody made is refused`() async throws {
        try await TestServer.runGuarded { server in
            let job = try await server.enqueue(of: .ana)
            let token = try await server.streamToken(of: .ana, #"{"job":"\#(job)"}"#)
            let session = try await server.cookie(of: .ana).split(separator: "=")[1]
            let parts = token.split(separator: ".")
            let forged = [
                String(token.dropLast()), token + "A", String(parts[0]), parts[0] + ".", ".\(parts[1])",
                "hft_", "hft_e30.\(parts[1])", String(session), session.replacing("hfs_", with: "hft_"),
                token.replacing("hft_", with: "hfs_"), "", Guest.ana.key,
            ]
            for text in forged {
                let answer = try await server.ask("GET", "/v1/jobs/\(job)/stream?token=\(text)")
                #expect(answer.status == 401, "\(text)")
            }
            let twice = try await server.ask("GET", "/v1/jobs/\(job)/stream?token=\(token)&token=\(token)")
            #expect(twice.status == 401)
        }
    }

    @Test func `a token is good for a time without a stream, and while one is open`() async throws {
        try await TestServer.runGuarded { server in
            let job = try await server.enqueue(of: .ana)
            let token = try await server.streamToken(of: .ana, #"{"job":"\#(job)"}"#)
            let path = "/v1/jobs/\(job)/stream?token=\(token)"
            server.clock.advance(by: .seconds(15 * 60 - 1))
            let first = try await WireStream(server, path)
            #expect(first.head.status == 200)
            // Long after its time, another connection of the same reader.
            server.clock.advance(by: .seconds(3600))
            let second = try await WireStream(server, path)
            #expect(second.head.status == 200)
            await first.cut()
            await second.cut()
            await server.server.streams.whenEmpty()
            server.clock.advance(by: .seconds(15 * 60 - 1))
            let third = try await WireStream(server, path)
            #expect(third.head.status == 200)
            await third.cut()
            await server.server.streams.whenEmpty()
            server.clock.advance(by: .seconds(15 * 60))
            #expect(try await server.ask("GET", path).status == 401)
        }
    }

    @Test func `a token that was not used ends at its time`() async throws {
        try await TestServer.runGuarded({ $0.access.streamTokenLifetime = .seconds(5) }) { server in
            let job = try await server.enqueue(of: .ana)
            let answer = try await server.send(
                as: .ana, "POST", "/v1/stream-tokens", body: #"{"job":"\#(job)"}"#)
            let end = try #require(try answer.fields().timestamp("expires_at"))
            #expect(end == server.clock.timestamp + .seconds(5))
            let token = try #require(try answer.fields().string("token"))
            server.clock.advance(by: .seconds(5))
            let late = try await server.ask("GET", "/v1/jobs/\(job)/events?token=\(token)")
            #expect(late.status == 401)
            #expect(try late.problem().detail.contains("expired"))
        }
    }

    @Test func `nobody gets a token for what they may not see`() async throws {
        try await TestServer.runGuarded { server in
            let job = try await server.enqueue(of: .ana)
            let answer = try await server.send(
                as: .bob, "POST", "/v1/stream-tokens", body: #"{"job":"\#(job)"}"#)
            #expect(try answer.problem().kind == .unknownJob)
            for body in [
                "", "{}", #"{"job":"x"}"#, #"{"job":null}"#, #"{"filter":{"color":"red"}}"#,
                #"{"filter":[]}"#,
                #"{"job":"\#(job)","filter":{}}"#, #"{"filter":{"queue":7}}"#,
            ] {
                let answer = try await server.send(as: .ana, "POST", "/v1/stream-tokens", body: body)
                #expect(answer.status == 400, "\(body)")
            }
        }
    }

    @Test func `enqueueing gives a token when it is asked to`() async throws {
        try await TestServer.runGuarded { server in
            let body = #"{"kind":"k","any_kind":true,"stream_token":true,"key":"once"}"#
            for status in [201, 200] {
                let answer = try await server.send(as: .ana, "POST", "/v1/jobs", body: body)
                #expect(answer.status == status)
                let fields = try answer.fields()
                let job = try #require(try fields.string("id"))
                let token = try #require(try fields.object("stream_token")?.string("token"))
                #expect(try await server.ask("GET", "/v1/jobs/\(job)/stream?token=\(token)").status == 200)
            }
        }
    }

    @Test func `without authentication a token is made and not needed`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let answer = try await server.send("POST", "/v1/stream-tokens", body: #"{"job":"\#(job)"}"#)
            let token = try #require(try answer.fields().string("token"))
            for text in [token, "anything"] {
                #expect(try await server.ask("GET", "/v1/jobs/\(job)/stream?token=\(text)").status == 200)
            }
        }
    }
}

extension TestServer {
    /// A stream token of a guest.
    func streamToken(of guest: Guest, _ body: String) async throws -> String {
        let answer = try await send(as: guest, "POST", "/v1/stream-tokens", body: body)
        try #require(answer.status == 201, "\(answer.body)")
        return try #require(try answer.fields().string("token"))
    }
}
