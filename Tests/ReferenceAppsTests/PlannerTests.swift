import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import ServerTestSupport
import Testing

@Suite("The planner", .timeLimit(.minutes(1)))
struct PlannerTests {
    @Test func `a plan tells of its iterations, and then itself, field by field`() async throws {
        try await TestServer.runApps { server in
            let events = try await server.plan("&session_id=mine").filter(\.isEvent)
            #expect(events.map { $0["event"] } == PlannerTests.short)
            #expect(
                events.map { $0["data"] } == [
                    #"{"checkpoint_interval":2,"goal":"Grow","max_iterations":1}"#,
                    #"{"iteration":1,"max":1}"#,
                    #"{"data_points_so_far":0,"elapsed":0,"frameworks_so_far":3,"iteration":1}"#,
                    #"{"data_points_so_far":4,"elapsed":0,"frameworks_so_far":3,"iteration":1}"#,
                    #"{"data_points_so_far":4,"elapsed":0,"frameworks_so_far":3,"iteration":1}"#,
                    PlannerTests.plan, "{}",
                ])
            let answer = try await server.send("GET", "/api/plans/mine")
            answer.expect(200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.body == PlannerTests.plan, "it is what the stream said")
        }
    }

    @Test func `whoever comes back gets the rest, and nothing after the end`() async throws {
        try await TestServer.runApps { server in
            let events = try await server.plan("&session_id=mine").filter(\.isEvent)
            for (index, event) in events.enumerated().dropLast() {
                let rest = try await server.plan("&session_id=mine", cursor: event["id"])
                #expect(rest.filter(\.isEvent) == Array(events[(index + 1)...]))
            }
            let path = "/api/execute-plan?goal=Grow&session_id=mine&last_event_id=\(events.last?["id"] ?? "")"
            try await server.send("GET", path).expect(204)
            #expect(try await server.plans() == 1)
        }
    }

    @Test func `a person is asked every so many iterations, and the first decision counts`() async throws {
        try await TestServer.runApps { server in
            var stream = try await server.planning("&session_id=mine&max_iterations=2&checkpoint_interval=1")
            var events = try await stream.viewedEvents(6)
            #expect(events.last?["event"] == "checkpoint_reached")
            #expect(
                events.last?["data"] == PlannerTests.firstReview)
            let first = try await server.decide("mine", 1)
            #expect(
                first.body
                    == #"{"checkpoint":1,"message":"checkpoint 1 was approved by local","status":"approved"}"#
            )
            events += try await stream.viewedEvents(6)
            #expect(try await server.decide("mine", 1).body == first.body, "an equal one says the same")
            let refused = try await server.decide("mine", 1, #","decision":"reject""#)
            let problem = try refused.problem()
            #expect(problem.status == 409 && problem.kind == .decided)
            #expect(problem.extras.first?.value.text.contains(#""decision":"approve""#) == true)
            try await server.decide("mine", 2, #","decision":"approve","reason":"fine""#).expect(200)
            events += try await stream.viewedBlocks().filter(\.isEvent)
            #expect(
                events.map { $0["event"] ?? "" }
                    == ["planning_started"] + PlannerTests.iteration + PlannerTests.approved
                    + PlannerTests.iteration + PlannerTests.approved + ["final_plan", "complete"])
            #expect(
                events.compactMap { $0["data"] }.filter { $0.hasPrefix(#"{"checkpoint":"#) } == [
                    #"{"checkpoint":1}"#, #"{"checkpoint":2}"#,
                ])
        }
    }

    @Test func `a rejection ends the plan, and what it has is kept`() async throws {
        try await TestServer.runApps { server in
            var stream = try await server.planning("&session_id=mine&max_iterations=3&checkpoint_interval=1")
            _ = try await stream.viewedEvents(6)
            #expect(try await server.send("GET", "/api/plans/mine").problem().kind == .unknownArtifact)
            let answer = try await server.decide("mine", 1, #","decision":"reject","reason":"too dear""#)
            #expect(
                answer.body
                    == #"{"checkpoint":1,"message":"checkpoint 1 was rejected by local","status":"rejected"}"#
            )
            let rest = try await stream.viewedBlocks().filter(\.isEvent)
            #expect(rest.map { $0["event"] } == ["checkpoint_rejected", "complete"])
            #expect(rest.first?["data"] == #"{"checkpoint":1,"reason":"too dear"}"#)
            #expect(rest.last?["data"] == "{}")
            #expect(try await server.newestPlan().phase.name == .cancelled)
            let kept = try await server.send("GET", "/api/plans/mine").fields()
            #expect(
                try Set(kept.keys) == ["plan", "frameworks", "data_points", "iterations", "checkpoints"]
                    && kept.integer("iterations") == 1 && kept.integer("checkpoints") == 0)
            try await server.decide("mine", 1).expect(409)
        }
    }

    @Test func `nobody decides for an hour: that is a rejection`() async throws {
        try await TestServer.runApps { server in
            var stream = try await server.planning("&session_id=mine&checkpoint_interval=1")
            _ = try await stream.viewedEvents(6)
            let began = server.clock.timestamp
            try await server.whenWaiting()
            server.clock.advance(to: ManualClock.Instant(began + .seconds(3599)))
            #expect(try await server.newestPlan().phase.name == .waiting)
            server.clock.advance(by: .seconds(1))
            let rest = try await stream.viewedBlocks().filter(\.isEvent)
            let expired = try await server.history(of: server.newestPlan().id).first {
                $0.kind == EventKind.checkpointExpired.rawValue
            }
            #expect(try #require(expired).at >= began + .seconds(3600))
            #expect(rest.map { $0["event"] } == ["checkpoint_rejected", "complete"])
            #expect(rest.first?["data"] == #"{"checkpoint":1,"reason":"deadline"}"#)
            let late = try await server.decide("mine", 1)
            #expect(try late.problem().extras.first?.value.text.contains("deadline") == true)
        }
    }

    @Test func `two sessions wait at once, and a plan begins where the other stands`() async throws {
        try await TestServer.runApps { server in
            var streams: [WireStream] = []
            for session in ["one", "two"] {
                streams.append(
                    try await server.planning("&session_id=\(session)&checkpoint_interval=1"))
                _ = try await streams[streams.count - 1].viewedEvents(6)
            }
            try await server.decide("two", 1).expect(200)
            let second = try await streams[1].viewedBlocks().filter(\.isEvent)
            #expect(second.map { $0["event"] } == ["checkpoint_approved", "final_plan", "complete"])
            try await server.decide("one", 1, #","decision":"reject""#).expect(200)
            let first = try await streams[0].viewedBlocks().filter(\.isEvent)
            #expect(first.map { $0["event"] } == ["checkpoint_rejected", "complete"])
            #expect(first.first?["data"] == #"{"checkpoint":1,"reason":"no reason given"}"#)
        }
    }

    private static let iteration =
        ["iteration_started"] + Array(repeating: "iteration_progress", count: 3)
    private static let approved = ["checkpoint_reached", "checkpoint_approved"]
    private static let short = ["planning_started"] + iteration + ["final_plan", "complete"]
    private static let plan =
        #"{"checkpoints":0,"data_points":4,"frameworks":3,"iterations":1,"plan":"[offline model] # Grow\n\n"#
        + #"1. Act on: Porter's five forces\n1. Act on: Decision tree\n1. Act on: Jobs to be done\n"#
        + #"1. Act on: 73 % of the risks have an owner\n1. Act on: 97 % of the work is done by hand today\n"#
        + #"1. Act on: 38 % of the competitors offer it\n1. Act on: 17 % of the budget is spent already"}"#
    private static let firstReview =
        #"{"checkpoint_number":1,"data_points_so_far":4,"frameworks_so_far":3,"iteration":1,"#
        + #""summary":"[offline model] 7 findings speak about Grow. "#
        + #"The strongest is: Jobs to be done."}"#
}
