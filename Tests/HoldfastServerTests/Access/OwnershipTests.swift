import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import Testing

/// An endpoint, and what it needs.
struct GuardedEndpoint: Sendable {
    enum Need: Sendable {
        case readJob, steerJob, readEngine, changeEngine, name
    }

    let need: Need
    let method: String
    /// `JOB` stands for the id of a job.
    let path: String
    var body: String?

    init(_ need: Need, _ method: String, _ path: String, _ body: String? = nil) {
        (self.need, self.method, self.path, self.body) = (need, method, path, body)
    }

    /// Every endpoint but those that are for everybody.
    static let all: [GuardedEndpoint] = [
        .init(.name, "GET", "/v1/jobs"), .init(.name, "POST", "/v1/jobs", #"{"kind":"k","any_kind":true}"#),
        .init(.name, "GET", "/v1/checkpoints"), .init(.name, "GET", "/v1/session"),
        .init(.name, "POST", "/v1/session"), .init(.name, "POST", "/v1/stream-tokens", #"{"filter":{}}"#),
        .init(.name, "GET", "/v1/stream"), .init(.name, "GET", "/v1/stream?format=json"),
        .init(.name, "GET", "/v1/stream?job=JOB&format=json&wait=0"),
        .init(.readJob, "GET", "/v1/jobs/JOB"), .init(.readJob, "HEAD", "/v1/jobs/JOB"),
        .init(.readJob, "GET", "/v1/jobs/JOB/events"),
        .init(.readJob, "GET", "/v1/jobs/JOB/events?format=ndjson"),
        .init(.readJob, "GET", "/v1/jobs/JOB/events?format=sse"),
        .init(.readJob, "GET", "/v1/jobs/JOB/events?wait=0"),
        .init(.readJob, "GET", "/v1/jobs/JOB/stream"), .init(.readJob, "HEAD", "/v1/jobs/JOB/stream"),
        .init(.readJob, "GET", "/v1/jobs/JOB/why"), .init(.readJob, "GET", "/v1/jobs/JOB/diff/JOB"),
        .init(.readJob, "GET", "/v1/jobs/JOB/artifacts"),
        .init(.readJob, "GET", "/v1/jobs/JOB/artifacts/a"),
        .init(.readJob, "GET", "/v1/jobs/JOB/payloads/00"),
        .init(.readJob, "GET", "/v1/jobs/JOB/checkpoints"),
        .init(.readJob, "POST", "/v1/stream-tokens", #"{"job":"JOB"}"#),
        .init(.steerJob, "POST", "/v1/jobs/JOB/pause"), .init(.steerJob, "POST", "/v1/jobs/JOB/resume"),
        .init(.steerJob, "POST", "/v1/jobs/JOB/retry"), .init(.steerJob, "POST", "/v1/jobs/JOB/cancel"),
        .init(.steerJob, "POST", "/v1/jobs/JOB/reprioritise", #"{"priority":1}"#),
        .init(.steerJob, "POST", "/v1/jobs/JOB/reschedule", #"{"not_before":"2036-01-01T00:00:00Z"}"#),
        .init(.steerJob, "POST", "/v1/jobs/JOB/signal", #"{"name":"go"}"#),
        .init(.steerJob, "POST", "/v1/jobs/JOB/fork", #"{"step":"a"}"#),
        .init(.steerJob, "POST", "/v1/jobs/JOB/budget", #"{"limit":"1"}"#),
        .init(.steerJob, "POST", "/v1/jobs/JOB/checkpoints/gate", #"{"decision":"approve"}"#),
        .init(.steerJob, "POST", "/v1/jobs/JOB/checkpoints/gate/1", #"{"decision":"approve"}"#),
        .init(.readEngine, "GET", "/v1/actors"), .init(.readEngine, "GET", "/v1/schedules"),
        .init(.readEngine, "GET", "/v1/schedules/s"),
        .init(.readEngine, "GET", "/v1/queues"), .init(.readEngine, "GET", "/v1/queues/q"),
        .init(.readEngine, "GET", "/v1/bulk"), .init(.readEngine, "GET", "/v1/bulk/1"),
        .init(.changeEngine, "PUT", "/v1/schedules/s", #"{"every_seconds":60,"job":{"kind":"k"}}"#),
        .init(.changeEngine, "POST", "/v1/schedules/s/pause"),
        .init(.changeEngine, "POST", "/v1/schedules/s/resume"),
        .init(.changeEngine, "POST", "/v1/schedules/s/run"),
        .init(.changeEngine, "DELETE", "/v1/schedules/s"),
        .init(.changeEngine, "PUT", "/v1/queues/q", "{}"),
        .init(.changeEngine, "POST", "/v1/queues/q/pause"),
        .init(.changeEngine, "POST", "/v1/queues/q/resume"),
        .init(.changeEngine, "POST", "/v1/prune", #"{"rules":[{"keep":1}],"dry_run":true}"#),
        .init(.changeEngine, "POST", "/v1/verify"), .init(.changeEngine, "POST", "/v1/rebuild"),
        .init(.changeEngine, "POST", "/v1/redact", #"{"owner":"x","dry_run":true}"#),
        .init(.changeEngine, "POST", "/v1/bulk", #"{"command":"pause","filter":{"queue":"none"}}"#),
    ]
}

extension TestServer {
    /// Sends a request to an endpoint about a job.
    func ask(_ endpoint: GuardedEndpoint, about job: JobID, headers: [String: String]) async throws
        -> WireAnswer
    {
        try await ask(
            endpoint.method, endpoint.path.replacing("JOB", with: job.description), headers: headers,
            body: endpoint.body?.replacing("JOB", with: job.description))
    }
}

@Suite("Jobs of others", .timeLimit(.minutes(1)))
struct OwnershipTests {
    @Test func `nobody gets anywhere without saying who they are`() async throws {
        try await TestServer.runGuarded { server in
            let job = try await server.enqueue(of: .ana)
            let head = try await server.head()
            for endpoint in GuardedEndpoint.all {
                let answer = try await server.ask(endpoint, about: job, headers: [:])
                #expect(answer.status == 401, "\(endpoint)")
            }
            #expect(try await server.head() == head)
        }
    }

    @Test func `a foreign job is the same 404 as one that does not exist`() async throws {
        try await TestServer.runGuarded { server in
            let (foreign, nobodys) = (try await server.enqueue(of: .ana), try await server.enqueue())
            let unknown = try #require(JobID("0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"))
            let head = try await server.head()
            for endpoint in GuardedEndpoint.all where endpoint.need == .readJob || endpoint.need == .steerJob
            {
                var expected = try await server.ask(endpoint, about: unknown, headers: Guest.bob.headers)
                #expect(expected.status == 404)
                expected.headers["date"] = nil
                for job in [foreign, nobodys] {
                    var answer = try await server.ask(endpoint, about: job, headers: Guest.bob.headers)
                    answer.headers["date"] = nil
                    #expect(answer.status == 404, "\(endpoint)")
                    #expect(answer.headers == expected.headers && answer.body == expected.body)
                    if endpoint.method != "HEAD" { #expect(try answer.problem().kind == .unknownJob) }
                }
            }
            #expect(try await server.head() == head)
        }
    }

    @Test(arguments: Guest.allCases)
    func `every endpoint lets in whom the rule names`(guest: Guest) async throws {
        try await TestServer.runGuarded { server in
            for endpoint in GuardedEndpoint.all {
                let job = try await server.enqueue(of: .ana)
                let answer = try await server.ask(endpoint, about: job, headers: guest.headers)
                let mayRead = guest != .bob
                let isLetIn =
                    switch endpoint.need {
                    case .name: true
                    case .readJob: mayRead
                    case .steerJob: [.ana, .otto, .adam].contains(guest)
                    case .readEngine: [.vera, .otto, .adam].contains(guest)
                    case .changeEngine: guest == .adam
                    }
                let isHidden = (endpoint.need == .readJob || endpoint.need == .steerJob) && !mayRead
                let refusals: [ProblemKind] = [.unauthenticated, .forbidden, .unknownJob, .internalError]
                let kind = Problem(parsing: answer.body)?.kind
                if isLetIn {
                    #expect(kind.map { !refusals.contains($0) } ?? true, "\(endpoint): \(answer.body)")
                } else if isHidden {
                    #expect(answer.status == 404, "\(endpoint): \(answer.body)")
                } else {
                    #expect(answer.status == 403 && kind == .forbidden, "\(endpoint): \(answer.body)")
                }
            }
        }
    }

    @Test func `lists and the inbox show what the caller may see`() async throws {
        try await TestServer.runGuarded { server in
            let mine = try await server.enqueue(of: .ana)
            _ = try await server.enqueue(of: .bob)
            _ = try await server.enqueue()
            for guest in [Guest.ana, .bob] {
                let worker = try await HandWorker(server, try await server.enqueue(of: guest))
                try await worker.open("gate")
                try await worker.wait(for: .init(.checkpoint, "gate"))
            }
            func count(_ guest: Guest, _ path: String, _ list: String) async throws -> Int {
                let answer = try await server.send(as: guest, "GET", path)
                try #require(answer.status == 200, "\(answer.body)")
                return try #require(answer.fields().raw(list).flatMap(JSONValues.elements)).count
            }
            #expect(try await count(.ana, "/v1/jobs", "jobs") == 2)
            #expect(try await count(.ana, "/v1/jobs?owner=me", "jobs") == 2)
            #expect(try await count(.ana, "/v1/jobs?owner=ana&state=queued", "jobs") == 1)
            #expect(try await count(.ana, "/v1/jobs?owner=bob", "jobs") == 0)
            #expect(try await count(.vera, "/v1/jobs", "jobs") == 5)
            #expect(try await count(.vera, "/v1/jobs?owner=bob", "jobs") == 2)
            #expect(try await count(.vera, "/v1/jobs?owner=me", "jobs") == 0)
            #expect(try await count(.ana, "/v1/checkpoints", "checkpoints") == 1)
            #expect(try await count(.vera, "/v1/checkpoints", "checkpoints") == 2)
            let page = try await server.send(as: .ana, "GET", "/v1/jobs?state=queued")
            #expect(page.body.contains(mine.description))
        }
    }

    @Test func `a job belongs to whoever enqueued it, and an admin may name another`() async throws {
        try await TestServer.runGuarded { server in
            func enqueue(_ guest: Guest, _ more: String = "") async throws -> WireAnswer {
                let body = #"{"kind":"k","any_kind":true"# + more + "}"
                return try await server.send(as: guest, "POST", "/v1/jobs", body: body)
            }
            for guest in Guest.allCases {
                let answer = try await enqueue(guest)
                #expect(answer.status == 201)
                #expect(try answer.fields().string("owner") == guest.rawValue)
            }
            #expect(try await enqueue(.ana, #","owner":"ana""#).status == 201)
            for guest in [Guest.ana, .vera, .otto] {
                let answer = try await enqueue(guest, #","owner":"bob""#)
                #expect(try answer.problem().kind == .forbidden)
            }
            let given = try await enqueue(.adam, #","owner":"bob""#)
            #expect(try given.fields().string("owner") == "bob")
            let job = try #require(try given.fields().string("id").flatMap(JobID.init))
            #expect(try await server.send(as: .bob, "GET", "/v1/jobs/\(job)").status == 200)
            #expect(try await server.history(of: job).first?.envelope.text.contains(#""id":"adam""#) == true)
        }
    }

    @Test func `keys name work within an owner`() async throws {
        try await TestServer.runGuarded { server in
            var ids: Set<String> = []
            for guest in [Guest.ana, .bob, .ana] {
                let body = #"{"kind":"k","any_kind":true,"key":"nightly"}"#
                let answer = try await server.send(as: guest, "POST", "/v1/jobs", body: body)
                ids.insert(try #require(try answer.fields().string("id")))
            }
            #expect(ids.count == 2)
        }
    }

    @Test func `a stream over many jobs has the events of those that the caller may see`() async throws {
        try await TestServer.runGuarded { server in
            let (mine, foreign) = (try await server.enqueue(of: .ana), try await server.enqueue(of: .bob))
            _ = try await server.enqueue()
            try await server.engine.pauseQueue("mail", by: .person("adam"))
            func jobs(_ guest: Guest, _ query: String = "") async throws -> [String?] {
                let path = "/v1/stream?from=start&format=json\(query)"
                let answer = try await server.send(as: guest, "GET", path)
                try #require(answer.status == 200, "\(answer.body)")
                let events = try #require(try answer.fields().raw("events").flatMap(JSONValues.elements))
                return try events.map { try JSONFields($0).string("job") }
            }
            #expect(try await jobs(.ana) == [mine.description])
            #expect(try await jobs(.ana, "&owner=me") == [mine.description])
            #expect(try await jobs(.ana, "&job=\(mine),\(foreign)") == [mine.description])
            for query in ["&job=\(foreign)", "&types=queue.paused", "&tag=x"] {
                #expect(try await jobs(.ana, query).isEmpty, "\(query)")
            }
            let foreigners = try await server.send(as: .ana, "GET", "/v1/stream?owner=bob")
            #expect(try foreigners.problem().kind == .forbidden)
            #expect(try await jobs(.vera).count == 4)
            #expect(try await jobs(.vera, "&owner=bob") == [foreign.description])
            // Live as well: what is committed later comes only to whom it belongs.
            var stream = try await WireStream(server, "/v1/stream", headers: Guest.ana.headers)
            _ = try await stream.read(through: "stream.caught_up")
            _ = try await server.enqueue(of: .bob)
            let last = try await server.enqueue(of: .ana)
            let event = try #require(try await stream.read(stored: 1).stored.first)
            #expect(try event.fields().string("job") == last.description)
            await stream.cut()
        }
    }

    @Test func `a request that is sent again is known by its owner`() async throws {
        try await TestServer.runGuarded { server in
            let (body, headers) = (#"{"kind":"k","any_kind":true}"#, ["Idempotency-Key": "once"])
            var ids: [String?] = []
            for guest in [Guest.ana, .bob, .ana] {
                let answer = try await server.send(
                    as: guest, "POST", "/v1/jobs", headers: headers, body: body)
                ids.append(try answer.fields().string("id"))
            }
            #expect(ids[0] == ids[2] && ids[0] != ids[1])
        }
    }

    @Test func `what was measured is for those who may see everything`() async throws {
        var configuration = JobServerConfiguration(port: 0)
        configuration.authentication = try Guest.authentication()
        try await TestServer.run(metrics: PrometheusMetrics(), { server, _ in server = configuration }) {
            server in
            try await server.send("GET", "/metrics").expect(401)
            try await server.send(as: .ana, "GET", "/metrics").expect(403)
            try await server.send(as: .vera, "GET", "/metrics").expect(200)
        }
    }

    @Test func `the clients are for everybody`() async throws {
        try await TestServer.runGuarded { server in
            let answer = try await server.send("GET", "/v1/clients/holdfast.js")
            #expect(answer.status == 200)
        }
    }

    @Test func `what a caller does is recorded under the caller's name`() async throws {
        try await TestServer.runGuarded { server in
            let job = try await server.enqueue(of: .ana)
            try await server.send(as: .otto, "POST", "/v1/jobs/\(job)/cancel").expect(200)
            let last = try #require(try await server.history(of: job).last)
            #expect(last.envelope.text.contains(#""actor":{"type":"person","id":"otto"}"#))
        }
    }

    @Test func `without authentication jobs belong to nobody and the caller is local`() async throws {
        try await TestServer.run { server in
            let body = #"{"kind":"k","any_kind":true}"#
            let answer = try await server.send("POST", "/v1/jobs", body: body)
            #expect(try answer.fields().string("owner") == nil)
            #expect(!answer.body.contains("owner"))
            let job = try #require(try answer.fields().string("id").flatMap(JobID.init))
            #expect(
                try await server.history(of: job).first?.envelope.text.contains(
                    #""actor":{"type":"person","id":"local"}"#) == true)
            #expect(try await server.send("GET", "/v1/session").status == 404)
        }
    }
}
