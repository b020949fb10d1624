import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@Suite("Listing jobs", .timeLimit(.minutes(1)))
struct ListTests {
    @Test(arguments: [1, 3, 25, 26, 200])
    func `pages hold every job once, the newest first, whatever is enqueued meanwhile`(limit: Int)
        async throws
    {
        try await TestServer.run { server in
            var expected: [JobID] = []
            for _ in 1...25 { expected.insert(try await server.enqueue(), at: 0) }
            var collected: [JobID] = []
            var query = "?limit=\(limit)"
            while true {
                let page = try await server.list(query)
                #expect(page.jobs.count <= limit)
                collected += page.jobs
                guard let next = page.next else { break }
                query = "?limit=\(limit)&before=\(next)"
                try await server.enqueue()
            }
            #expect(collected == expected)
        }
    }

    @Test func `a page has the states of its jobs`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let answer = try await server.send("GET", "/v1/jobs")
            let listed = try #require(try answer.fields().raw("jobs").flatMap(JSONValues.elements)?.first)
            let shown = try await server.send("GET", "/v1/jobs/\(job)").body
            // What one job has beside its state are its input and output.
            #expect(shown.hasPrefix(String(listed.text.dropLast())))
        }
    }

    @Test func `a log without jobs has an empty page`() async throws {
        try await TestServer.run { server in
            let answer = try await server.send("GET", "/v1/jobs")
            #expect(answer.body == #"{"jobs":[],"next":null}"#)
        }
    }

    @Test func `each filter keeps what fits, and several keep what fits all`() async throws {
        try await TestServer.run { server in
            let plain = try await server.post(#"{"kind":"a","any_kind":true}"#)
            let queued = try await server.post(#"{"kind":"b","queue":"q","any_kind":true}"#)
            let tagged = try await server.post(#"{"kind":"a","tags":["x","y z"],"any_kind":true}"#)
            let later = try await server.post(
                #"{"kind":"a","queue":"q","not_before":"2030-01-01T00:00:00Z","any_kind":true}"#)
            _ = try await HandWorker(server, plain)
            try await server.engine.steer(.cancel(reason: nil), queued, by: .person("ana"))
            let expected: [(query: String, jobs: [JobID])] = [
                ("", [later, tagged, queued, plain]), ("?kind=a", [later, tagged, plain]),
                ("?kind=nothing", []), ("?queue=q", [later, queued]), ("?queue=default", [tagged, plain]),
                ("?tag=x", [tagged]), ("?tag=y+z", [tagged]), ("?tag=y%20z", [tagged]),
                ("?state=running", [plain]), ("?state=cancelled", [queued]),
                ("?state=scheduled,running", [later, plain]),
                ("?state=scheduled&state=running", [later, plain]), ("?kind=a&queue=q", [later]),
                ("?kind=a&state=queued&tag=x&queue=default", [tagged]), ("?kind=b&state=queued", []),
            ]
            for (query, jobs) in expected {
                #expect(try await server.list(query).jobs == jobs, "\(query)")
            }
        }
    }

    @Test func `jobs are found by their owner and by when they were enqueued`() async throws {
        try await TestServer.run { server in
            let start = server.clock.timestamp
            var jobs: [JobID] = []
            for owner in ["ana", "ben", "ana"] as [Owner] {
                let request = EnqueueRequest(
                    kind: "a", input: .emptyObject, options: EnqueueOptions(owner: owner),
                    acceptsAnyKind: true)
                jobs.append(try await server.engine.enqueue(request).state.id)
                server.clock.advance(by: .seconds(600))
            }
            let (second, third) = ((start + .seconds(600)).rfc3339, (start + .seconds(1200)).rfc3339)
            let expected = [
                ("?owner=ana", [jobs[2], jobs[0]]), ("?owner=eve", []),
                ("?since=\(second)", [jobs[2], jobs[1]]),
                ("?until=\(second)", [jobs[0]]), ("?since=\(second)&until=\(third)", [jobs[1]]),
                ("?since=\(second)&owner=ana", [jobs[2]]), ("?since=\(third)&until=\(second)", []),
            ]
            for (query, jobs) in expected {
                #expect(try await server.list(query).jobs == jobs, "\(query)")
            }
        }
    }

    @Test func `a filter holds over all pages`() async throws {
        try await TestServer.run { server in
            var expected: [JobID] = []
            for number in 1...12 {
                let id = try await server.enqueue(number.isMultiple(of: 3) ? "every.third" : "other")
                if number.isMultiple(of: 3) { expected.insert(id, at: 0) }
            }
            let first = try await server.list("?kind=every.third&limit=3")
            let next = try #require(first.next)
            let second = try await server.list("?kind=every.third&limit=3&before=\(next)")
            #expect(first.jobs + second.jobs == expected)
            #expect(second.next == nil)
        }
    }

    @Test(arguments: [
        "limit=0", "limit=201", "limit=ten", "limit=", "state=asleep", "state=queued,asleep", "state=",
        "before=first", "kind=", "kind=a&kind=b", "queue=%0A", "tag=%FF", "owner=",
        "since=yesterday", "until=2026-10-08", "colour=red", "State=queued",
    ])
    func `a parameter that is unknown or does not fit is refused by name`(query: String) async throws {
        try await TestServer.run { server in
            let problem = try await server.send("GET", "/v1/jobs?\(query)").problem()
            #expect(problem.kind == .invalidParameter)
            let name = try #require(query.split(separator: "=").first)
            #expect(problem.extras == [ProblemExtra("parameter", String(name))])
        }
    }
}

extension TestServer {
    fileprivate func list(_ query: String) async throws -> (jobs: [JobID], next: JobID?) {
        let answer = try await send("GET", "/v1/jobs\(query)")
        try #require(answer.status == 200, "\(answer.body)")
        let fields = try answer.fields()
        let jobs = try #require(fields.raw("jobs").flatMap(JSONValues.elements)).map { job in
            try #require(try JSONFields(job).string("id").flatMap(JobID.init))
        }
        return (jobs, try fields.string("next").flatMap(JobID.init))
    }
}
