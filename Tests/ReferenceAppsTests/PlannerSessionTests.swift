import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import ServerTestSupport
import Testing

@Suite("Sessions of the planner", .timeLimit(.minutes(1)))
struct PlannerSessionTests {
    @Test func `an unfinished plan is joined, and a finished one followed by another`() async throws {
        try await TestServer.runApps { server in
            let asked = "&session_id=mine&checkpoint_interval=1"
            var (one, other) = (try await server.planning(asked), try await server.planning(asked))
            let seen = try await one.viewedEvents(6)
            #expect(try await other.viewedEvents(6) == seen, "the same events with the same ids")
            #expect(try await server.plans() == 1)
            try await server.decide("mine", 1).expect(200)
            let rest = try await one.viewedBlocks()
            #expect(try await other.viewedBlocks() == rest)
            let again = try await server.plan("&session_id=mine").filter(\.isEvent)
            #expect(again.last?["event"] == "complete" && again.first?["id"] != seen.first?["id"])
            #expect(try await server.plans() == 2)
            // Whoever comes back to the first plan gets that one.
            let cursor = seen.last?["id"]
            let first = try await server.plan("&session_id=mine", cursor: cursor).filter(\.isEvent)
            #expect(first == rest.filter(\.isEvent))
            #expect(try await server.plans() == 2)
        }
    }

    @Test func `nothing begins by a cursor, a HEAD, another site or a bad request`() async throws {
        try await TestServer.runApps { server in
            let path = "/api/execute-plan?goal=Grow&session_id=mine"
            let cursor = try await server.send("GET", path, headers: ["Last-Event-ID": "3"])
            #expect(try cursor.problem().kind == .unknownJob)
            try await server.send("HEAD", path).expect(404)
            let foreign = try await server.send("GET", path, headers: ["Sec-Fetch-Site": "cross-site"])
            #expect(try foreign.problem().kind == .crossSite)
            for query in [
                "session_id=mine", "goal=&session_id=mine", "goal=a&max_iterations=0",
                "goal=a&checkpoint_interval=x", "goal=a&session_id=%00", "goal=a&last_event_id=x",
            ] {
                let answer = try await server.send("GET", "/api/execute-plan?\(query)")
                #expect([400, 404].contains(answer.status), "\(query): \(answer.status)")
            }
            #expect(try await server.plans() == 0)
        }
    }

    @Test func `a session without a name is kept in a cookie`() async throws {
        try await TestServer.runApps { server in
            let stream = try await server.planning("&checkpoint_interval=1")
            let field = try #require(stream.head.headers["set-cookie"])
            #expect(field.contains("HttpOnly") && field.contains("SameSite=Lax"))
            let cookie = ["Cookie": field.split(separator: ";").first.map(String.init) ?? ""]
            var joined = try await server.planning("&checkpoint_interval=1", headers: cookie)
            #expect(joined.head.headers["set-cookie"] == nil)
            _ = try await joined.viewedEvents(6)
            #expect(try await server.plans() == 1)
            let path = "/api/checkpoint-approval"
            try await server.send("POST", path, body: #"{"checkpoint":1}"#).expect(400)
            try await server.send("POST", path, headers: cookie, body: #"{"checkpoint":1}"#).expect(200)
            _ = try await joined.viewedBlocks()
        }
    }

    @Test func `unknown sessions and checkpoints are 404, and bodies that make no sense 400`() async throws {
        try await TestServer.runApps { server in
            try await server.send("GET", "/api/plans/none").expect(404)
            try await server.decide("none", 1).expect(404)
            var stream = try await server.planning("&session_id=a%2Fb&checkpoint_interval=1")
            _ = try await stream.viewedEvents(6)
            for number in [0, 2, -1] {
                #expect(try await server.decide("a/b", number).problem().kind == .unknownCheckpoint)
            }
            try await server.decide("a/b", 1, #","decision":"perhaps""#).expect(400)
            try await server.send("POST", "/api/plans/a%2Fb/resume").expect(200)
        }
    }

    @Test func `a plan can be paused, resumed and cancelled`() async throws {
        try await TestServer.runApps { server in
            var stream = try await server.planning("&session_id=mine&checkpoint_interval=1")
            _ = try await stream.viewedEvents(6)
            try await server.whenWaiting()
            let paused = try await server.send("POST", "/api/plans/mine/pause")
            #expect(paused.body == #"{"session_id":"mine","status":"paused"}"#)
            try await server.decide("mine", 1).expect(200)
            #expect(try await stream.viewedEvents(1).first?["event"] == "checkpoint_approved")
            try await server.send("POST", "/api/plans/mine/resume").expect(200)
            let rest = try await stream.viewedBlocks().filter(\.isEvent)
            #expect(rest.map { $0["event"] } == ["final_plan", "complete"])

            var other = try await server.planning("&session_id=mine&checkpoint_interval=1")
            _ = try await other.viewedEvents(6)
            try await server.send("POST", "/api/plans/mine/cancel").expect(200)
            let end = try await other.viewedBlocks().filter(\.isEvent)
            #expect(end.map { $0["event"] } == ["error", "complete"])
            #expect(end.first?["data"] == #"{"error":"cancelled"}"#)
        }
    }

    @Test func `a session belongs to its caller`() async throws {
        try await TestServer.runApps({ configuration, _ in
            configuration.authentication = try Guest.authentication()
        }) { server in
            let path = "/api/execute-plan?goal=Grow&session_id=mine&checkpoint_interval=1"
            try await server.send("GET", path).expect(401)
            var ana = try await WireStream(server, path, headers: Guest.ana.headers)
            let seen = try await ana.viewedEvents(6)
            let body = #"{"session_id":"mine","checkpoint":1}"#
            for (method, path) in [("GET", "/api/plans/mine"), ("POST", "/api/checkpoint-approval")] {
                try await server.send(as: .bob, method, path, body: body).expect(404)
            }
            // The same name is another session.
            var bob = try await WireStream(server, path, headers: Guest.bob.headers)
            #expect(try await bob.viewedEvents(6).first?["id"] != seen.first?["id"])
            // Ana's cursor opens nothing for Bob but his own plan.
            var behind = Guest.bob.headers
            behind["Last-Event-ID"] = seen[0]["id"]
            var back = try await WireStream(server, path, headers: behind)
            #expect(try await back.viewedEvents(1).first?["event"] == "planning_started")
            try await server.send(as: .ana, "POST", "/api/checkpoint-approval", body: body).expect(200)
            #expect(try await ana.viewedBlocks().filter(\.isEvent).last?["event"] == "complete")
            // Bob's plan is the newest of that name.
            try await server.send(as: .adam, "POST", "/api/checkpoint-approval", body: body).expect(200)
            #expect(try await bob.viewedBlocks().filter(\.isEvent).last?["event"] == "complete")
        }
    }

    @Test func `a stream token follows a plan and begins none`() async throws {
        try await TestServer.runApps({ configuration, _ in
            configuration.authentication = try Guest.authentication()
        }) { server in
            let path = "/api/execute-plan?goal=Grow&session_id=mine"
            var ana = try await WireStream(server, path, headers: Guest.ana.headers)
            let events = try await ana.viewedBlocks().filter(\.isEvent)
            let job = try await server.newestPlan().id
            let answer = try await server.send(
                as: .ana, "POST", "/v1/stream-tokens", body: #"{"job":"\#(job)"}"#)
            let token = try #require(try answer.fields().string("token"))
            let followed = try await WireStream(server, "\(path)&token=\(token)")
            var reader = followed
            #expect(try await reader.viewedBlocks().filter(\.isEvent) == events)
            #expect(try await server.plans() == 1)
        }
    }
}

extension TestServer {
    /// Asks for the plan of a goal, and gives the stream.
    func planning(_ query: String, headers: [String: String] = [:]) async throws -> WireStream {
        let stream = try await WireStream(self, "/api/execute-plan?goal=Grow\(query)", headers: headers)
        try #require(stream.head.status == 200)
        return stream
    }

    /// Reads the stream of a plan to its end.
    func plan(_ query: String, cursor: String? = nil) async throws -> [ViewedBlock] {
        try await blocks("/api/execute-plan?goal=Grow\(query)", cursor: cursor)
    }

    /// Decides a checkpoint.
    func decide(_ session: String, _ checkpoint: Int, _ rest: String = "") async throws -> WireAnswer {
        try await send(
            "POST", "/api/checkpoint-approval",
            body: #"{"session_id":"\#(session)","checkpoint":\#(checkpoint)\#(rest)}"#)
    }

    /// How many plans there are.
    func plans() async throws -> Int {
        try await engine.log.read { try $0.jobs(JobQuery(JobFilter(kind: "planner.plan"))).count }
    }

    /// Waits until the newest plan has given its worker back.
    func whenWaiting() async throws {
        while try await newestPlan().phase.name != .waiting {
            clock.advance(by: .milliseconds(100))
            await Task.yield()
        }
    }

    /// The plan that was begun last.
    func newestPlan() async throws -> JobState {
        let plans = try await engine.log.read {
            try $0.jobs(JobQuery(JobFilter(kind: "planner.plan"), limit: 1))
        }
        return try #require(plans.first)
    }
}
