import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import PlannerExample
import ServerTestSupport
import Synchronization
import Testing

@Suite("The planner, restarted and let down", .timeLimit(.minutes(1)))
struct PlannerRecoveryTests {
    @Test func `a server that is started again shows the same checkpoint, and goes on when it is approved`()
        async throws
    {
        let store = InMemoryStore()
        let asked = "&session_id=mine&max_iterations=2&checkpoint_interval=1"
        let seen = try await TestServer.runPlanner(over: store) { server in
            var stream = try await server.planning(asked)
            return try await stream.viewedEvents(6)
        }
        try await TestServer.runPlanner(over: store) { server in
            var joined = try await server.planning(asked)
            #expect(try await joined.viewedEvents(6) == seen, "the same events with the same ids")
            var back = try await server.planning(
                "&session_id=mine", headers: ["Last-Event-ID": seen.last?["id"] ?? ""])
            try await server.decide("mine", 1).expect(200)
            let next = try await back.viewedEvents(6).map { $0["event"] }
            #expect(next.first == "checkpoint_approved" && next.last == "checkpoint_reached")
            try await server.decide("mine", 2).expect(200)
            #expect(try await back.viewedBlocks().filter(\.isEvent).last?["event"] == "complete")
            #expect(try await server.plans() == 1)
        }
    }

    @Test func `what has passed is told in milliseconds, and each iteration's duration is in the history`()
        async throws
    {
        let model = WatchedModel(PlannerApp.offlineModel())
        try await TestServer.runPlanner(model: model) { server in
            model.take(.milliseconds(1500), by: server.clock)
            let events = try await server.plan("&session_id=mine&max_iterations=2&checkpoint_interval=3")
            let elapsed = try events.filter { $0["event"] == "iteration_progress" }
                .map { try $0.fields().integer("elapsed") }
            var (began, expected, durations) = (server.clock.timestamp, [Int64](), [Int64]())
            for event in try await server.history(of: server.newestPlan().id) {
                switch try event.decoded().event {
                case .job(.stepStarted): began = event.at
                case .job(.appEmitted): expected.append((event.at.microseconds - began.microseconds) / 1000)
                case .job(.stepCompleted(let step)): durations.append(step.duration)
                default: break
                }
            }
            #expect(elapsed == expected && expected.count == 6 && expected[2] >= 3000)
            #expect(durations == [4_500_000, 4_500_000, 1_500_000])
        }
    }

    @Test func `what a model refuses is an error, and then the stream is complete`() async throws {
        let broken = OfflineModel("nothing") { _, _ in throw ModelError(.badRequest, "it is not for you") }
        try await TestServer.runPlanner(model: broken) { server in
            let events = try await server.plan("&session_id=mine").filter(\.isEvent)
            #expect(
                events.map { $0["event"] } == ["planning_started", "iteration_started", "error", "complete"])
            #expect(events.dropLast().last?["data"] == #"{"error":"it is not for you"}"#)
            try await server.send("GET", "/api/plans/mine").expect(404)
        }
    }

    @Test func `an iteration that has to begin again tells nothing twice`() async throws {
        let asked = Mutex(0)
        let forgetful = OfflineModel("tries") { request, _ in
            guard request.form == .json else { return "fine" }
            let count = asked.withLock { count in
                count += 1
                return count
            }
            // The second question of the first try; all of them are asked again in the next attempt.
            if count == 2 { throw ModelError(.unreachable, "nobody is there") }
            return #"{"items":["one"]}"#
        }
        try await TestServer.runPlanner(model: forgetful) { server in
            var stream = try await server.planning("&session_id=mine")
            var events = try await stream.viewedEvents(3)
            while try await server.newestPlan().phase.name != .scheduled { await Task.yield() }
            server.clock.advance(by: .seconds(60))
            events += try await stream.viewedBlocks().filter(\.isEvent)
            #expect(
                events.map { $0["event"] } == [
                    "planning_started", "iteration_started", "iteration_progress", "iteration_progress",
                    "iteration_progress", "final_plan", "complete",
                ])
        }
    }
}

extension TestServer {
    /// Runs a body against a server of the planner alone.
    fileprivate static func runPlanner<Result>(
        over store: InMemoryStore = InMemoryStore(), model: any LanguageModel = PlannerApp.offlineModel(),
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        try await runJobs(
            of: { engine in
                let planner = PlannerApp(engine: engine, model: model)
                planner.register()
                return { holdfast, table in planner.add(to: &table, of: holdfast) }
            }, over: store, { _, _ in }, body)
    }
}
