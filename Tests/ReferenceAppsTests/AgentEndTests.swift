import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import NIOCore
import NIOPosix
import ServerTestSupport
import Testing
import ToolAgentExample

@Suite("How executions of the agent end, and whose they are", .timeLimit(.minutes(1)))
struct AgentEndTests {
    @Test func `cancelling takes effect during a tool call`() async throws {
        // Takes connections and never answers.
        let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(silent.localAddress?.port)
        let agent = ScriptedAgent(wishes: [.init("fetch_url", ["url": "http://127.0.0.1:\(port)/"])])
        try await TestServer.runAgent(agent.model, fetchHosts: ["127.0.0.1"]) { server in
            let id = try await server.execute("t")
            let path = "/api/agent/executions/\(id)"
            var stream = try await WireStream(server, path + "/stream")
            var last: ViewedBlock?
            while last?["event"] != "tool:start" { last = try await stream.viewedEvents(1).first }
            let answer = try await server.send("POST", path + "/cancel", body: "{}")
            answer.expect(202)
            let status = try answer.fields().string("status")
            #expect(status == "cancelling" || status == "cancelled")
            let rest = try await stream.viewedBlocks().filter(\.isEvent)
            #expect(rest.map { $0["event"] } == ["execution:error"])
            #expect(rest.first?["data"] == #"{"error":"cancelled","stack":"execution cancelled"}"#)
            let state = try await server.send("GET", path).fields()
            #expect(try state.string("status") == "cancelled")
            #expect(try state.string("error") == "cancelled")
            let again = try await server.send("POST", path + "/cancel", body: "{}")
            #expect(again.status == 202 || again.status == 409, "\(again.body)")
        }
        try await silent.close()
    }

    @Test func `what fails is told by its chain of errors, without places of the server`() async throws {
        try await TestServer.runAgent(FailingModel()) { server in
            let id = try await server.execute("t")
            let events = try await server.blocks("/api/agent/executions/\(id)/stream").filter(\.isEvent)
            #expect(events.map { $0["event"] } == ["execution:started", "execution:error"])
            let message = "no answer at (address) from (path), see https://example.com/help"
            #expect(
                events.last?["data"]
                    == #"{"error":"\#(message)","stack":"execution failed: discarded\nin step plan#1\n"#
                    + #"ModelError: \#(message)"}"#)
            let state = try await server.send("GET", "/api/agent/executions/\(id)").fields()
            #expect(try state.string("status") == "failed")
            #expect(try state.string("error") == message)
        }
    }

    @Test func `an execution belongs to whoever started it`() async throws {
        try await TestServer.runApps({ server, _ in server.authentication = try Guest.authentication() }) {
            server in
            try await server.send("POST", "/api/agent/execute", body: #"{"task":"t"}"#).expect(401)
            let id = try await server.execute("t", headers: Guest.ana.headers)
            let path = "/api/agent/executions/\(id)"
            _ = try await server.blocks(path + "/stream", headers: Guest.ana.headers)
            for end in ["", "/stream"] {
                #expect(try await server.ask("GET", path + end, headers: Guest.ana.headers).status == 200)
                #expect(try await server.ask("GET", path + end, headers: Guest.adam.headers).status == 200)
                let hidden = try await server.ask("GET", path + end, headers: Guest.bob.headers)
                #expect(try hidden.problem().kind == .unknownJob)
                #expect(try await server.ask("GET", path + end).problem().status == 401)
                let unknown = "/api/agent/executions/\(JobID(high: 1, low: 2))\(end)"
                let answer = try await server.ask("GET", unknown, headers: Guest.ana.headers)
                #expect(try answer.problem().status == 404)
            }
            for (guest, status) in [(Guest.bob, 404), (.vera, 403)] {
                let answer = try await server.send(as: guest, "POST", path + "/cancel", body: "{}")
                #expect(try answer.problem().status == status)
            }
            // The stream opens with a cookie and with a token as well.
            let cookie = try await server.cookie(of: .ana)
            #expect(
                try await server.ask("GET", path + "/stream", headers: ["Cookie": cookie]).status == 200)
            let body = #"{"job":"\#(id)"}"#
            let made = try await server.send(as: .ana, "POST", "/v1/stream-tokens", body: body)
            let token = try #require(try made.fields().string("token"))
            #expect(try await server.ask("GET", path + "/stream?token=\(token)").status == 200)
            #expect(try await server.ask("GET", path + "?token=\(token)").status == 401)
        }
    }

    @Test func `an execution that is paused says so, until it runs again`() async throws {
        let model = WatchedModel(ToolAgentApp.offlineModel()) { $0.prompt.contains("plan") ? .wait : .answer }
        try await withFolder { folder in
            try await TestServer.runAgent(model, folder: folder) { server in
                defer { model.stopWaiting() }
                let id = try await server.execute("t")
                await model.isAsked()
                let job = try #require(JobID(id))
                func status() async throws -> String? {
                    try await server.send("GET", "/api/agent/executions/\(id)").fields().string("status")
                }
                #expect(try await status() == "running")
                try await server.engine.steer(.pause(reason: nil), job, by: .person("ana"))
                #expect(try await status() == "paused")
                try await server.engine.steer(.resume(reason: nil), job, by: .person("ana"))
                #expect(try await status() == "running", "the worker still has it")
                try await server.engine.steer(.pause(reason: nil), job, by: .person("ana"))
                model.stopWaiting()
                while try await server.history(of: job).last?.kind != EventKind.leaseReleased.rawValue {
                    await Task.yield()
                }
                #expect(try await status() == "paused")
                try await server.engine.steer(.resume(reason: nil), job, by: .person("ana"))
                _ = try await server.blocks("/api/agent/executions/\(id)/stream")
                #expect(try await status() == "completed")
            }
        }
    }

    @Test func `durations are milliseconds`() async throws {
        let model = WatchedModel(ToolAgentApp.offlineModel())
        try await withFolder { folder in
            try await TestServer.runAgent(model, folder: folder) { server in
                model.take(.milliseconds(1500), by: server.clock)
                let id = try await server.execute("t")
                let events = try await server.blocks("/api/agent/executions/\(id)/stream").filter(\.isEvent)
                // A plan, seven thoughts and an answer.
                #expect(events.count { $0["event"] == "thinking" } == 7)
                #expect(try events.last?.fields().integer("duration") == 9 * 1500)
                let state = try await server.send("GET", "/api/agent/executions/\(id)").fields()
                #expect(try state.integer("duration") == 9 * 1500)
            }
        }
    }

    @Test func `jobs of other kinds are no executions`() async throws {
        try await TestServer.runApps { server in
            let job = try await server.enqueue()
            for (method, end) in [("GET", ""), ("GET", "/stream"), ("POST", "/cancel")] {
                let answer = try await server.ask(method, "/api/agent/executions/\(job)\(end)", body: "")
                #expect(try answer.problem().kind == .unknownJob)
            }
        }
    }

    @Test func `pages of the allowed origins may use it with credentials, others may not`() async throws {
        let origin = "https://app.example"
        try await TestServer.runApps({ server, _ in server.access.allowedOrigins = [origin] }) { server in
            for path in ["execute", "executions/x/cancel", "executions/x", "executions/x/stream"] {
                let asked = try await server.send(
                    "OPTIONS", "/api/agent/" + path,
                    headers: ["Origin": origin, "Access-Control-Request-Method": "POST"])
                asked.expect(204)
                #expect(asked.headers["access-control-allow-origin"] == origin)
                #expect(asked.headers["access-control-allow-credentials"] == "true")
            }
            func start(from origin: String) async throws -> WireAnswer {
                try await server.send(
                    "POST", "/api/agent/execute",
                    headers: ["Origin": origin, "Sec-Fetch-Site": "cross-site"], body: #"{"task":"t"}"#)
            }
            let welcome = try await start(from: origin)
            welcome.expect(202)
            #expect(welcome.headers["access-control-allow-origin"] == origin)
            #expect(welcome.headers["access-control-allow-credentials"] == "true")
            let other = try await start(from: "https://other.example")
            other.expect(403)
            #expect(other.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func `a quiet stream has a sign of life every 30 seconds`() async throws {
        try await TestServer.runApps { server in
            let request = EnqueueRequest(
                kind: "agent.execute", input: JSONText(unchecked: #"{"task":"later"}"#),
                options: EnqueueOptions(notBefore: server.clock.timestamp + .seconds(3_600)))
            let job = try await server.engine.enqueue(request).state.id
            var stream = try await WireStream(server, "/api/agent/executions/\(job)/stream")
            #expect(try await stream.viewedBlock()?.lines == ["retry: 2000"])
            for _ in 1...2 {
                try await server.clock.timer(at: server.clock.timestamp + .seconds(30))
                server.clock.advance(by: .seconds(30))
                #expect(try await stream.reader.line() == ":")
            }
        }
    }
}

/// A model that never answers, and tells more in its error than anybody should know.
private struct FailingModel: LanguageModel {
    let name = "failing"

    func complete(_ request: ModelRequest) async throws -> ModelAnswer {
        throw ModelError(
            .badRequest, "no answer at 0x00007f2a4c0018f0 from /srv/app/key.pem, see https://example.com/help"
        )
    }

    func stream(_ request: ModelRequest) -> ModelStream {
        ModelStream { { .end(try await complete(request)) } }
    }
}
