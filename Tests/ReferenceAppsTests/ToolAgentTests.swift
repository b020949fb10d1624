import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import ServerTestSupport
import Testing

@Suite("Reference application: tool-using agent", .timeLimit(.minutes(1)))
struct ToolAgentTests {
    private static let task = "Reckon (17 + 4) * 2 and 1 / 0."

    @Test func `an execution is shown from its start to its end, field by field`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.execute(Self.task)
            let blocks = try await server.blocks("/api/agent/executions/\(id)/stream")
            let events = blocks.filter(\.isEvent)
            let report =
                #"# Reckon (17 + 4) * 2 and 1 / 0.\n\nWritten by an offline script, not by a model.\n\n"#
                + #"- (17 + 4) * 2: 42\n- 1 / 0: error: nothing can be divided by 0\n"#
            let startedAt = ManualClock().timestamp.microseconds / 1_000
            let tokens = try await server.tokens(of: id)
            let expected = [
                #"execution:started {"startedAt":\#(startedAt),"task":"\#(Self.task)"}"#,
                #"plan:created {"plan":{"goal":"\#(Self.task) (by an offline script)","phases":"#
                    + #"[{"id":"look","name":"Look around"},{"id":"work","name":"Do the work"},"#
                    + #"{"id":"report","name":"Write it down"}]}}"#,
                #"phase:start {"phaseId":"look","phaseIndex":0,"phaseName":"Look around"}"#,
                #"thinking {"iteration":1,"thought":"I look at what is there."}"#,
                #"tool:start {"params":{"path":""},"toolName":"list_files"}"#,
                #"tool:complete {"duration":0,"result":"","toolName":"list_files"}"#,
                #"thinking {"iteration":2,"thought":"That is all for now."}"#,
                #"phase:complete {"phaseId":"look","phaseName":"Look around"}"#,
                #"phase:start {"phaseId":"work","phaseIndex":1,"phaseName":"Do the work"}"#,
                #"thinking {"iteration":3,"thought":"I reckon."}"#,
                #"tool:start {"params":{"expression":"(17 + 4) * 2"},"toolName":"calculate"}"#,
                #"tool:complete {"duration":0,"result":"42","toolName":"calculate"}"#,
                #"thinking {"iteration":4,"thought":"I reckon."}"#,
                #"tool:start {"params":{"expression":"1 / 0"},"toolName":"calculate"}"#,
                #"tool:complete {"duration":0,"result":"error: nothing can be divided by 0","#
                    + #""toolName":"calculate"}"#,
                #"thinking {"iteration":5,"thought":"That is all for now."}"#,
                #"phase:complete {"phaseId":"work","phaseName":"Do the work"}"#,
                #"phase:start {"phaseId":"report","phaseIndex":2,"phaseName":"Write it down"}"#,
                #"thinking {"iteration":6,"thought":"I write down what came out."}"#,
                #"tool:start {"params":{"content":"\#(report)","path":"report.md"},"toolName":"create_file"}"#,
                #"tool:complete {"duration":0,"result":"144 bytes in report.md","toolName":"create_file"}"#,
                #"thinking {"iteration":7,"thought":"I check what I wrote."}"#,
                #"tool:start {"params":{"path":"report.md"},"toolName":"read_file"}"#,
                #"tool:complete {"duration":0,"result":"\#(report)","toolName":"read_file"}"#,
                #"thinking {"iteration":8,"thought":"That is all for now."}"#,
                #"phase:complete {"phaseId":"report","phaseName":"Write it down"}"#,
                #"execution:complete {"duration":0,"result":"[offline model] 5 tool calls were made for \""#
                    + #"\#(Self.task)\"; report.md has their results.","tokensUsed":\#(tokens)}"#,
            ]
            let seen = events.map { "\($0["event"] ?? "") \($0["data"] ?? "")" }
            for (seen, expected) in zip(seen, expected) { #expect(seen == expected) }
            #expect(seen.count == expected.count)
            #expect(blocks.first?.lines == ["retry: 2000"])
            #expect(blocks.dropFirst().allSatisfy { $0.lines.count == 3 && $0["id"] != nil })
            #expect(tokens > 0)
        }
    }

    @Test func `every reader gets the same, goes on behind each id, and is told when there is no more`()
        async throws
    {
        try await TestServer.runApps { server in
            let id = try await server.execute(Self.task)
            let path = "/api/agent/executions/\(id)/stream"
            let events = try await server.blocks(path).filter(\.isEvent)
            #expect(try await server.blocks(path).filter(\.isEvent) == events)
            // Those in the middle of a stored event, and some of the others.
            let places = events.indices.dropLast().filter {
                $0.isMultiple(of: 8) || events[$0]["id"]?.contains(".") == true
            }
            #expect(places.count > 5)
            for index in places {
                let cursor = try #require(events[index]["id"])
                let rest = Array(events[(index + 1)...])
                #expect(try await server.blocks(path, cursor: cursor).filter(\.isEvent) == rest)
                #expect(try await server.blocks(path + "?last_event_id=\(cursor)").filter(\.isEvent) == rest)
            }
            let over = try await server.send(
                "GET", path, headers: ["Last-Event-ID": events.last?["id"] ?? ""])
            over.expect(204)
        }
    }

    @Test func `what is known can be asked for, before, while and after`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.execute(Self.task)
            _ = try await server.blocks("/api/agent/executions/\(id)/stream")
            let answer = try await server.send("GET", "/api/agent/executions/\(id)")
            let fields = try answer.fields()
            #expect(
                Set(fields.keys) == [
                    "executionId", "task", "status", "startedAt", "plan", "phaseIndex", "iterations",
                    "tokensUsed", "result", "duration",
                ])
            #expect(try fields.string("executionId") == id)
            #expect(try fields.string("status") == "completed")
            #expect(try fields.integer("phaseIndex") == 3)
            #expect(try fields.integer("iterations") == 8)
            let tokens = try await server.tokens(of: id)
            #expect(try fields.integer("tokensUsed") == tokens)
            #expect(try fields.integer("duration") == 0)
            // A job that nobody runs yet.
            let waiting = try await server.send("GET", "/api/agent/executions/\(try await server.queued())")
            let expected = #"{"executionId":"\#(try waiting.fields().string("executionId") ?? "")","#
            #expect(
                waiting.body
                    == expected + #""iterations":0,"status":"pending","task":"later","tokensUsed":0}"#)
        }
    }

    @Test func `a task that says nothing is refused`() async throws {
        try await TestServer.runApps { server in
            for body in [#"{"task":" "}"#, #"{"task":""}"#, #"{"tusk":"x"}"#, "", "[]", #"{"task":1}"#] {
                let answer = try await server.send("POST", "/api/agent/execute", body: body)
                #expect(answer.status == 400, "\(body)")
                _ = try answer.problem()
            }
        }
    }
}

extension TestServer {
    /// Starts an execution.
    func execute(_ task: String, headers: [String: String] = [:]) async throws -> String {
        try await start(
            "/api/agent/execute", #"{"task":"\#(task)"}"#, expecting: "executionId", headers: headers)
    }

    /// The sum of the tokens in the results of an execution's steps, read from the log by itself.
    func tokens(of execution: String) async throws -> Int64 {
        let job = try #require(JobID(execution))
        var sum: Int64 = 0
        for event in try await history(of: job) {
            guard case .job(.stepCompleted(let step)) = try event.decoded().event,
                step.step.name != "tool"
            else { continue }
            let value = try await engine.log.value(of: step.output)
            sum += try #require(try JSONFields(value).integer("tokens"))
        }
        return sum
    }

    /// An execution that waits for its time.
    fileprivate func queued() async throws -> JobID {
        let options = EnqueueOptions(notBefore: clock.timestamp + .seconds(60))
        let request = EnqueueRequest(
            kind: "agent.execute", input: JSONText(unchecked: #"{"task":"later"}"#), options: options)
        return try await engine.enqueue(request).state.id
    }
}
