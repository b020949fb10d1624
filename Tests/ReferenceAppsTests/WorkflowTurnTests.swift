import AgentWorkflowExample
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import ServerTestSupport
import Synchronization
import Testing

@Suite("Turns of agents, while time passes", .timeLimit(.minutes(1)))
struct WorkflowTurnTests {
    @Test func `what is rare is the first of its second, and the log has all of it`() async throws {
        let model = WatchedModel(AgentWorkflowApp.offlineModel())
        try await TestServer.runWorkflows(model) { server in
            model.take(.milliseconds(400), by: server.clock)
            let id = try await server.workflow(#","maxIterations":4"#)
            try await server.whenWorkflow(id, is: "completed")
            let events = try await server.workflowEvents(id)
            let history = try await server.history(of: server.job(of: id))
            let lines = history.filter { $0.kind == EventKind.logWritten.rawValue }
            #expect(lines.count == 24)
            #expect(
                events.filter { $0["event"] == "log:created" }.map { $0["id"] }
                    == firstOfEachSecond(lines, by: { _ in "" }))
            let notes = history.filter { $0.kind == EventKind.appEmitted.rawValue }
            #expect(notes.count > 36)
            // Whose notes they are: of the step that began last.
            var step = 0
            var agents: [EventLogPosition: String] = [:]
            for event in history {
                if event.kind == EventKind.stepStarted.rawValue { step += 1 }
                agents[event.position] = "\(step % 3)"
            }
            let sent = events.filter { $0["event"] == "agent:progress" }
            #expect(sent.map { $0["id"] } == firstOfEachSecond(notes) { agents[$0.position] ?? "" })
            #expect(sent.count > 3, "more than one of each agent")
        }
    }

    @Test func `durations are milliseconds`() async throws {
        let model = WatchedModel(AgentWorkflowApp.offlineModel())
        try await TestServer.runWorkflows(model) { server in
            model.take(.milliseconds(1500), by: server.clock)
            let id = try await server.workflow(#","budgetLimit":50"#)
            try await server.whenWorkflow(id, is: "completed")
            let events = try await server.workflowEvents(id)
            #expect(events.first?["data"] == #"{"budgetLimit":50,"name":"Bees","totalSteps":3}"#)
            let turns = try events.filter { $0["event"] == "agent:completed" }.map { try $0.fields() }
            #expect(try turns.map { try $0.integer("duration") } == [1500, 1500, 1500])
            #expect(try turns.map { try $0.integer("stepNumber") } == [1, 2, 3])
            #expect(try events.last?.fields().integer("duration") == 4500)
            #expect(try events.last?.fields().integer("currentStep") == 3)
        }
    }

    @Test func `a turn that fails is told of, and so is the end of the workflow`() async throws {
        let model = WatchedModel(AgentWorkflowApp.offlineModel()) { request in
            request.isFor("writer") ? .refuse : .answer
        }
        try await TestServer.runWorkflows(model) { server in
            let id = try await server.workflow("")
            try await server.whenWorkflow(id, is: "failed")
            let events = try await server.workflowEvents(id).suffix(4)
            let cost = try #require(
                try await server.send("GET", "/api/workflows/\(id)").fields().raw("totalCost")?.text)
            #expect(
                events.map { "\($0["event"] ?? "") \($0["data"] ?? "")" } == [
                    #"workflow:running {"currentAgent":"writer","currentStep":2}"#,
                    #"agent:started {"agentName":"writer","agentRole":"Writes the text","prompt":"#
                        + #""Write a text of three sentences from the facts.","stepNumber":2}"#,
                    #"agent:failed {"agentName":"writer","error":"the model refused","stepNumber":2}"#,
                    #"workflow:failed {"duration":0,"error":"the model refused","totalCost":\#(cost)}"#,
                ])
            let snapshot = try await server.blocks("/api/workflows/\(id)/stream").filter(\.isEvent)
            #expect(
                snapshot.last?["data"]
                    == #"{"agentName":"writer","agentRole":"Writes the text","error":"the model refused","#
                    + #""status":"failed","stepNumber":2}"#)
        }
    }

    @Test func `a turn that begins again after an error is told of again, and its notes go on`() async throws
    {
        let asked = Mutex(0)
        let shaky = OfflineModel("tries") { _, _ in
            let count = asked.withLock { count in
                count += 1
                return count
            }
            if count == 2 { throw ModelError(.unreachable, "nobody is there") }
            return "It is done. "
        }
        try await TestServer.runWorkflows(shaky) { server in
            let id = try await server.workflow("")
            _ = try await server.workflowEvents(id, through: "agent:failed")
            let job = try server.job(of: id)
            while try await server.engine.state(of: job).phase.name != .scheduled { await Task.yield() }
            server.clock.advance(by: .seconds(60))
            try await server.whenWorkflow(id, is: "completed")
            let events = try await server.workflowEvents(id)
            let turn = ["workflow:running", "agent:started", "agent:progress", "agent:completed"]
            #expect(
                events.compactMap { $0["event"] }.filter { $0 != "log:created" }
                    == ["workflow:started"] + turn + ["workflow:running", "agent:started", "agent:failed"]
                    + turn.dropFirst() + turn + ["workflow:completed"])
            for event in events where event["event"] == "agent:failed" {
                #expect(
                    event["data"]
                        == #"{"agentName":"writer","error":"nobody is there","stepNumber":2}"#)
            }
        }
    }

    @Test func `a pause in the middle of a turn lets it end, and the next begins after resume`() async throws
    {
        let asked = Mutex(0)
        let model = WatchedModel(AgentWorkflowApp.offlineModel()) { request in
            guard request.isFor("researcher") else { return .answer }
            asked.withLock { $0 += 1 }
            return .wait
        }
        try await TestServer.runWorkflows(model) { server in
            let id = try await server.workflow("")
            await model.isAsked()
            let path = "/api/workflows/\(id)"
            #expect(try await server.send("GET", path).fields().string("status") == "running")
            let paused = try await server.send("POST", path + "/pause")
            #expect(try paused.fields().string("status") == "paused")
            let agent = try await server.blocks(path + "/stream?types=agent:state", events: 1).last
            #expect(
                agent?["data"] == #"{"agentName":"researcher","agentRole":"Finds out what is known","#
                    + #""status":"running","stepNumber":1}"#)
            model.stopWaiting()
            let first = try await server.workflowEvents(id, through: "agent:completed")
            #expect(first.count { $0["event"] == "agent:started" } == 1)
            let job = try server.job(of: id)
            while try await server.history(of: job).allSatisfy({ $0.kind != EventKind.leaseReleased.rawValue }
            ) {
                await Task.yield()
            }
            let state = try await server.send("GET", path).fields()
            #expect(try state.string("status") == "paused" && state.integer("currentStep") == 1)
            let resumed = try await server.send("POST", path + "/resume")
            #expect(try ["pending", "running"].contains(resumed.fields().string("status")))
            try await server.whenWorkflow(id, is: "completed")
            let events = try await server.workflowEvents(id).map { $0["event"] }
            #expect(events.count { $0 == "workflow:started" } == 1)
            #expect(events.count { $0 == "agent:completed" } == 3)
            #expect(asked.withLock(\.self) == 1, "the turn was not cut, and is paid for once")
        }
    }

    @Test func `an answer that was cut short is a warning, and a choice of types is one of the snapshot too`()
        async throws
    {
        let talker = OfflineModel("talk") { _, _ in String(repeating: "On and on. ", count: 200) }
        try await TestServer.runWorkflows(talker) { server in
            let id = try await server.workflow("")
            try await server.whenWorkflow(id, is: "completed")
            let lines = try await server.blocks("/api/workflows/\(id)/stream?types=log:created")
                .filter(\.isEvent)
            for line in lines { #expect(line["event"] == "log:created") }
            let levels = try lines.map { try $0.fields().string("level") ?? "" }
            #expect(levels == Array(repeating: ["info", "warn", "info"], count: 3).flatMap(\.self))
            let turns = try await server.workflowEvents(id).filter { $0["event"] == "agent:completed" }
            #expect(turns.count == 3)
            for turn in turns { #expect(try turn.fields().double("cost") == 0) }
        }
    }

    @Test func `a workflow that nobody runs yet has a state`() async throws {
        try await TestServer.runApps { server in
            let input =
                #"{"name":"Bees","agents":[{"name":"a","role":"r","prompt":"p"}],"maxIterations":2,"#
                + #""budgetLimit":1.5}"#
            let job = try await server.engine.enqueue(
                EnqueueRequest(
                    kind: "agents.workflow", input: JSONText(unchecked: input),
                    options: EnqueueOptions(notBefore: server.clock.timestamp + .seconds(60)))
            ).state.id
            let state = try await server.send("GET", "/api/workflows/wf_\(job)")
            #expect(
                state.body
                    == #"{"budgetLimit":1.5,"currentStep":0,"iterations":0,"maxIterations":2,"name":"Bees","#
                    + #""status":"pending","totalCost":0,"totalSteps":2,"workflowId":"wf_\#(job)"}"#)
            let opened = try await server.blocks("/api/workflows/wf_\(job)/stream", events: 1)
            #expect(opened.first?["data"] == state.body)
        }
    }

    /// The ids of those that are the first of their second, for each key.
    private func firstOfEachSecond(
        _ events: [StoredEvent], by key: (StoredEvent) -> String
    ) -> [String?] {
        var seen: Set<String> = []
        return events.filter { seen.insert("\($0.at.microseconds / 1_000_000) \(key($0))").inserted }
            .map { $0.position.description }
    }
}

extension ModelRequest {
    /// Whether it is a turn of an agent.
    fileprivate func isFor(_ agent: String) -> Bool {
        messages.first?.text.hasPrefix("You are \(agent).") == true
    }
}

extension TestServer {
    /// Runs a body against the workflows alone, with a model of the test's.
    fileprivate static func runWorkflows(
        _ model: any LanguageModel, _ body: (TestServer) async throws -> Void
    ) async throws {
        try await runJobs(
            of: { engine in
                let app = AgentWorkflowApp(engine: engine, model: model)
                app.register()
                return { holdfast, table in app.add(to: &table, of: holdfast) }
            }, { _, _ in },
            { server in
                defer { (model as? WatchedModel)?.stopWaiting() }
                try await body(server)
            })
    }
}
