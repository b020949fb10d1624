import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import ServerTestSupport
import Testing

@Suite("Workflows of agents", .timeLimit(.minutes(1)))
struct WorkflowTests {
    @Test func `a workflow tells of its turns, field by field and in their order`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.workflow(#","agents":\#(WorkflowTests.pair),"maxIterations":2"#)
            try await server.whenWorkflow(id, is: "completed")
            let events = try await server.workflowEvents(id)
            // The clock stands still, so of what is rare the first of each agent is sent.
            let turn = ["workflow:running", "agent:started"]
            let done = ["agent:completed", "workflow:running"]
            #expect(
                events.map { $0["event"] ?? "" }
                    == ["workflow:started"] + turn + ["log:created", "agent:progress"] + done
                    + turn + ["agent:progress"] + done + turn + done + turn + done + ["workflow:completed"])
            #expect(
                events.first?["data"] == #"{"maxIterations":2,"name":"Bees","totalSteps":4}"#)
            #expect(
                events.filter { $0["event"] == "agent:started" }.map { $0["data"] }
                    == (1...4).map {
                        $0.isMultiple(of: 2)
                            ? #"{"agentName":"b","agentRole":"Reads","prompt":"Read it.","stepNumber":\#($0)}"#
                            : #"{"agentName":"a","agentRole":"Writes","prompt":"Write it.","stepNumber":\#($0)}"#
                    })
            let changes = events.filter { $0["event"] == "workflow:running" }.map { $0["data"] ?? "" }
            for change in changes.indices.filter({ !$0.isMultiple(of: 2) }).map({ changes[$0] }) {
                #expect(try JSONFields(JSONText(validating: change)).keys == ["totalCost"])
            }
            #expect(
                changes.indices.filter { $0.isMultiple(of: 2) }.map { changes[$0] } == [
                    #"{"currentAgent":"a","currentStep":1,"iterations":1}"#,
                    #"{"currentAgent":"b","currentStep":2}"#,
                    #"{"currentAgent":"a","currentStep":3,"iterations":2}"#,
                    #"{"currentAgent":"b","currentStep":4}"#,
                ])
            for (name, fields) in WorkflowTests.fields {
                for event in events where event["event"] == name {
                    #expect(try event.keys() == fields, "\(name)")
                }
            }
            let notes = events.filter { $0["event"] == "agent:progress" }
            #expect(try notes.map { try $0.fields().string("agentName") } == ["a", "b"])
            for note in notes {
                let (message, level) = try (note.fields().string("message"), note.fields().string("level"))
                #expect(message?.wholeMatch(of: /\S.* Bees\./) != nil && level == "info", "\(note)")
            }
            // What was paid is the sum of the turns.
            var costs: [Double] = []
            for event in events where event["event"] == "agent:completed" {
                let cost = try event.fields().double("cost")
                costs.append(try #require(cost))
            }
            #expect(costs.count == 4)
            let total = try #require(try events.last?.fields().double("totalCost"))
            #expect(costs.allSatisfy { $0 > 0 } && abs(costs.reduce(0, +) - total) < 1e-9)
            #expect(try events.last?.fields().integer("iterations") == 2)
        }
    }

    @Test func `whoever connects gets the state, the last 50 lines and the agents`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.workflow(#","maxIterations":10,"budgetLimit":1000"#)
            try await server.whenWorkflow(id, is: "completed")
            let stream = try await server.blocks("/api/workflows/\(id)/stream")
            #expect(stream.first?.lines.first == ": Connected to workflow \(id)")
            let events = stream.filter(\.isEvent)
            #expect(
                events.map { $0["event"] ?? "" }
                    == ["workflow:state"] + Array(repeating: "log:created", count: 50)
                    + Array(repeating: "agent:state", count: 3))
            let history = try await server.history(of: server.job(of: id))
            let lines = history.filter { $0.kind == EventKind.logWritten.rawValue }
            #expect(lines.count == 60, "the log has all of them")
            for (event, line) in zip(events.dropFirst().prefix(50), lines.suffix(50)) {
                let (sent, kept) = (try event.fields(), try JSONFields(line.data))
                #expect(try event.keys() == ["level", "message", "metadata", "timestamp"])
                #expect(try sent.string("message") == kept.string("message"))
                #expect(try sent.string("timestamp") == line.at.rfc3339)
                #expect(try sent.string("level") == "info")
                #expect(sent.raw("metadata")?.text == kept.raw("metadata")?.text)
            }
            let wire = try await server.workflowEvents(id)
            #expect(wire.count { $0["event"] == "log:created" } == 1, "one in each second")
            #expect(wire.count { $0["event"] == "agent:progress" } == 3, "one in each second for each agent")
            let state = try await server.send("GET", "/api/workflows/\(id)")
            #expect(state.body == events.first?["data"])
            #expect(
                try Set(state.fields().keys) == [
                    "workflowId", "name", "status", "currentAgent", "currentStep", "totalSteps",
                    "iterations", "maxIterations", "totalCost", "budgetLimit",
                ])
            #expect(try state.fields().string("workflowId") == id)
            for agent in events.suffix(3) {
                #expect(
                    try agent.keys() == [
                        "agentName", "agentRole", "cost", "duration", "output", "status", "stepNumber",
                    ])
            }
            // Cut off within the snapshot it is begun again; behind it there is nothing more.
            #expect(events.dropLast().allSatisfy { $0["id"] == "snapshot" })
            let again = try await server.blocks("/api/workflows/\(id)/stream", cursor: "snapshot")
            #expect(again.filter(\.isEvent) == events)
            let end = ["Last-Event-ID": events.last?["id"] ?? ""]
            try await server.send("GET", "/api/workflows/\(id)/stream", headers: end).expect(204)
        }
    }

    @Test func `it stops at its budget, and goes on when that is raised`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.workflow(#","maxIterations":4,"budgetLimit":0.5"#)
            try await server.whenWorkflow(id, is: "paused")
            var events = try await server.workflowEvents(id, through: "budget:exceeded")
            for name in ["budget:warning", "budget:exceeded"] {
                let use = try #require(events.first { $0["event"] == name })
                #expect(try use.keys() == ["budgetLimit", "currentCost", "percentageUsed"])
                let (cost, part) = (
                    try #require(try use.fields().double("currentCost")),
                    try #require(try use.fields().double("percentageUsed"))
                )
                #expect(abs(part - cost / 0.5 * 100) < 0.006)
                #expect(name == "budget:warning" ? part >= 80 : part >= 100)
            }
            let path = "/api/workflows/\(id)/resume"
            let lower = try await server.send("POST", path, body: #"{"budgetLimit":0.4}"#)
            #expect(try lower.problem().kind == .budgetNotRaised)
            try await server.send("POST", path, body: #"{"budgetLimit":0}"#).expect(400)
            let raised = try await server.send("POST", path, body: #"{"budgetLimit":100}"#)
            #expect(try raised.fields().double("budgetLimit") == 100)
            try await server.whenWorkflow(id, is: "completed")
            events = try await server.workflowEvents(id)
            for name in ["workflow:started", "budget:warning", "budget:exceeded", "workflow:completed"] {
                #expect(events.count { $0["event"] == name } == 1, "\(name)")
            }
            #expect(events.count { $0["event"] == "agent:completed" } == 12, "no turn is made twice")
        }
    }

    @Test func `it can be paused and cancelled, and beats while nothing happens`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.workflow(#","budgetLimit":0.01"#)
            try await server.whenWorkflow(id, is: "paused")
            var stream = try await WireStream(server, "/api/workflows/\(id)/stream")
            let snapshot = try await stream.viewedEvents(4)
            #expect(snapshot.last?["event"] == "agent:state")
            try await server.clock.timer(at: server.clock.timestamp + .seconds(15))
            server.clock.advance(by: .seconds(15))
            #expect(try await stream.reader.line() == ": heartbeat 1")
            try await server.clock.timer(at: server.clock.timestamp + .seconds(15))
            server.clock.advance(by: .seconds(15))
            #expect(try await stream.reader.line() == ": heartbeat 2")
            let paused = try await server.send("POST", "/api/workflows/\(id)/pause")
            #expect(try paused.fields().string("status") == "paused")
            let cancelled = try await server.send("POST", "/api/workflows/\(id)/cancel")
            #expect(try cancelled.fields().string("status") == "cancelled")
            let end = try await stream.viewedBlocks().filter(\.isEvent)
            #expect(end.map { $0["event"] } == ["workflow:failed"])
            #expect(try end.last?.keys() == ["duration", "error", "totalCost"])
            #expect(try end.last?.fields().string("error") == "cancelled")
            #expect(try end.last?.fields().integer("duration") == 30_000)
            try await server.send("POST", "/api/workflows/\(id)/resume").expect(409)
        }
    }

    @Test func `a reader chooses types, and comes back behind each event`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.workflow("")
            try await server.whenWorkflow(id, is: "completed")
            let all = try await server.workflowEvents(id)
            let names: Set<String?> = ["agent:completed", "workflow:completed"]
            let chosen = try await server.workflowEvents(id, "&types=agent:completed,workflow:completed")
            #expect(chosen == all.filter { names.contains($0["event"]) } && chosen.count == 4)
            for (index, event) in all.enumerated().dropLast() {
                let rest = try await server.blocks("/api/workflows/\(id)/stream", cursor: event["id"])
                #expect(rest.first?.lines.first == ": Connected to workflow \(id)")
                #expect(rest.filter(\.isEvent) == Array(all[(index + 1)...]))
            }
        }
    }

    @Test func `requests that make no sense are refused, and nothing begins`() async throws {
        try await TestServer.runApps { server in
            let agent = #"{"name":"a","role":"r","prompt":"p"}"#
            for body in [
                "{}", #"{"name":""}"#, #"{"name":"n","agents":[]}"#, #"{"name":"n","maxIterations":0}"#,
                #"{"name":"n","agents":[\#(agent),\#(agent)]}"#, #"{"name":"n","budgetLimit":-1}"#,
                #"{"name":"n","agents":[{"name":"a"}]}"#,
            ] {
                let answer = try await server.send("POST", "/api/workflows", body: body)
                #expect(answer.status == 400, "\(body)")
            }
            for id in ["wf_none", "wf_00000000-0000-7000-8000-000000000000", "\(try await server.enqueue())"]
            {
                try await server.send("GET", "/api/workflows/\(id)").expect(404)
                try await server.send("GET", "/api/workflows/\(id)/stream").expect(404)
            }
            let other = try await server.enqueue()
            try await server.send("GET", "/api/workflows/wf_\(other)").expect(404)
        }
    }

    @Test func `a workflow is its owner's, and each may have so many connections`() async throws {
        try await TestServer.runApps({ configuration, _ in
            configuration.authentication = try Guest.authentication()
            var limits = RequestLimits()
            limits.streamsPerCaller = 1
            configuration.access.limits = limits
        }) { server in
            let id = try await server.workflow(#","budgetLimit":0.01"#, headers: Guest.ana.headers)
            let path = "/api/workflows/\(id)/stream"
            #expect(try await server.ask("GET", path).status == 401)
            #expect(try await server.ask("GET", path, headers: Guest.bob.headers).status == 404)
            try await server.send(as: .bob, "POST", "/api/workflows/\(id)/cancel").expect(404)
            let stream = try await WireStream(server, path, headers: Guest.ana.headers)
            #expect(stream.head.status == 200)
            let second = try await server.ask("GET", path, headers: Guest.ana.headers)
            #expect(second.status == 429 && second.headers["retry-after"] == "10")
            #expect(try await server.ask("GET", path, headers: Guest.adam.headers).status == 200)
            await stream.cut()
        }
    }

    private static let pair =
        #"[{"name":"a","role":"Writes","prompt":"Write it."},{"name":"b","role":"Reads","prompt":"Read it."}]"#

    private static let fields: [String: Set<String>] = [
        "agent:progress": ["agentName", "message", "level"],
        "agent:completed": ["agentName", "stepNumber", "duration", "cost", "output"],
        "log:created": ["level", "message", "timestamp", "metadata"],
        "workflow:completed": ["duration", "totalCost", "iterations", "currentStep"],
    ]
}

extension TestServer {
    /// Begins a workflow, and gives its id.
    func workflow(_ rest: String, headers: [String: String] = [:]) async throws -> String {
        let body = #"{"name":"Bees"\#(rest)}"#
        return try await start("/api/workflows", body, expecting: "workflowId", headers: headers)
    }

    /// The job of a workflow.
    func job(of id: String) throws -> JobID { try #require(JobID(String(id.dropFirst(3)))) }

    /// Waits until a workflow has a status.
    func whenWorkflow(_ id: String, is status: String) async throws {
        while try await send("GET", "/api/workflows/\(id)").fields().string("status") != status {
            await Task.yield()
        }
    }

    /// All events of a workflow without its snapshot: to the end, or to the first of a name.
    func workflowEvents(
        _ id: String, _ query: String = "", through name: String? = nil
    ) async throws -> [ViewedBlock] {
        let first = try #require(try await history(of: job(of: id)).first).position
        let path = "/api/workflows/\(id)/stream?last_event_id=\(first)\(query)"
        guard let name else { return try await blocks(path).filter(\.isEvent) }
        var (stream, events) = (try await WireStream(self, path), [ViewedBlock]())
        while events.last?["event"] != name { events += try await stream.viewedEvents(1) }
        await stream.cut()
        return events
    }
}

extension ViewedBlock {
    /// The names of the data's fields.
    func keys() throws -> Set<String> { Set(try fields().keys) }
}
