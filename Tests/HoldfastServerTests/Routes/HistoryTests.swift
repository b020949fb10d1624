import HoldfastAPI
import HoldfastCore
import HoldfastServer
import HoldfastStore
import Testing

@Suite("The history of a job", .timeLimit(.minutes(1)))
struct HistoryTests {
    @Test func `as JSON it comes in pages that together are the history`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob(lines: 20)
            let history = try await server.history(of: job)
            var collected: [JSONText] = []
            var query = "?limit=7"
            for _ in 1...10 {
                let answer = try await server.send("GET", "/v1/jobs/\(job)/events\(query)")
                #expect(answer.headers["content-type"] == "application/json")
                let page = try answer.fields()
                #expect(page.keys == ["log", "events", "next", "through"])
                let events = try #require(page.raw("events").flatMap(JSONValues.elements))
                #expect(events.count <= 7)
                collected += events
                guard let next = try page.string("next") else { break }
                #expect(try page.string("through") == next)
                query = "?limit=7&after=\(next)"
            }
            #expect(collected == history.map(\.envelope))
        }
    }

    @Test func `the last page tells where to go on when more has happened`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            let path = "/v1/jobs/\(job)/events"
            let first = try await server.send("GET", path).fields()
            #expect(first.raw("next") == nil)
            let through = try #require(try first.string("through"))
            #expect(through == "\(try await server.head())")
            try await worker.say("later")
            let second = try await server.send("GET", "\(path)?after=\(through)").fields()
            let expected = try await server.history(of: job).suffix(1).map(\.envelope)
            #expect(second.raw("events").flatMap(JSONValues.elements) == expected)
        }
    }

    @Test func `a page that ends with the history says that there is no other`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let count = try await server.history(of: job).count
            let page = try await server.send("GET", "/v1/jobs/\(job)/events?limit=\(count)").fields()
            #expect(page.raw("events").flatMap(JSONValues.elements)?.count == count)
            #expect(page.raw("next") == nil)
        }
    }

    @Test func `it can begin anywhere a stream can`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let history = try await server.history(of: job)
            let third = history[2].position
            let expected: [(query: String, events: [JSONText])] = [
                ("?from=start", history.map(\.envelope)), ("?from=now", []),
                ("?from=last:2", history.suffix(2).map(\.envelope)),
                ("?after=\(third)", history.dropFirst(3).map(\.envelope)),
                ("?last_event_id=\(third)", history.dropFirst(3).map(\.envelope)),
            ]
            for (query, events) in expected {
                let page = try await server.send("GET", "/v1/jobs/\(job)/events\(query)").fields()
                #expect(page.raw("events").flatMap(JSONValues.elements) == events, "\(query)")
            }
        }
    }

    @Test(arguments: ["limit=0", "limit=1001", "limit=x", "format=xml", "color=red", "after=1&after=2"])
    func `a parameter that does not fit is refused`(query: String) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let answer = try await server.send("GET", "/v1/jobs/\(job)/events?\(query)")
            #expect(try answer.problem().kind == .invalidParameter)
        }
    }

    @Test(arguments: ["json", "ndjson"])
    func `a cursor of another log is a conflict where no block could tell of it`(format: String) async throws
    {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            for query in ["after=99999", "after=1&log=7c1a"] {
                let path = "/v1/jobs/\(job)/events?format=\(format)&\(query)"
                let problem = try await server.send("GET", path).problem()
                #expect(problem.kind == .foreignCursor)
                #expect(problem.status == 409)
                #expect(problem.extras.map(\.name) == ["log", "earliest", "tail"])
            }
        }
    }
}

@Suite("The history in other forms", .timeLimit(.minutes(1)))
struct HistoryFormTests {
    static let forms: [(accept: String, query: String, mediaType: String)] = [
        ("", "", "application/json"),
        ("*/*", "", "application/json"),
        ("text/html, */*;q=0.8", "", "application/json"),
        ("application/json", "", "application/json"),
        ("application/x-ndjson", "", "application/x-ndjson"),
        ("application/jsonl", "", "application/x-ndjson"),
        ("text/event-stream", "", "text/event-stream"),
        ("application/json;q=0.5, text/event-stream", "", "text/event-stream"),
        ("text/event-stream;q=0.1, application/x-ndjson;q=0.9", "", "application/x-ndjson"),
        ("text/event-stream;q=0", "", "application/json"),
        ("text/event-stream", "?format=ndjson", "application/x-ndjson"),
        ("application/json", "?format=sse", "text/event-stream"),
        ("text/event-stream", "?format=json", "application/json"),
    ]

    @Test(arguments: forms)
    func `Accept chooses the form, and ?format= wins over it`(
        form: (accept: String, query: String, mediaType: String)
    ) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let stream = try await WireStream(
                server, "/v1/jobs/\(job)/events\(form.query)", headers: ["Accept": form.accept])
            #expect(stream.head.status == 200)
            #expect(stream.head.headers["content-type"] == form.mediaType)
        }
    }

    @Test func `as lines it is one envelope a line and closes at the end of the log`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            for number in 1...10 { try await worker.say("line \(number)") }
            let envelopes = try await server.history(of: job).map(\.envelope.text)
            let path = "/v1/jobs/\(job)/events?format=ndjson"
            #expect(try await server.send("GET", path).body == envelopes.map { $0 + "\n" }.joined())
            let some = try await server.send("GET", path + "&limit=3&after=\(1)").body
            #expect(some == envelopes[1...3].map { $0 + "\n" }.joined())
        }
    }

    @Test func `followed as lines it goes on until the job's life ends`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            var stream = try await WireStream(server, "/v1/jobs/\(job)/events?format=ndjson&follow=1")
            var received: [String] = []
            for number in 1...5 {
                try await worker.say("line \(number)")
                while received.count < number + 2 {
                    received.append(try #require(try await stream.reader.line()))
                }
            }
            try await worker.complete()
            while let line = try await stream.reader.line() { received.append(line) }
            #expect(received == (try await server.history(of: job)).map(\.envelope.text))
        }
    }

    @Test func `as an event stream it is the stream from the start`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            var stream = try await WireStream(
                server, "/v1/jobs/\(job)/events", headers: ["Accept": "text/event-stream"])
            let blocks = try await stream.read(through: "stream.end")
            #expect(blocks.first?.event == "stream.open")
            #expect(blocks.stored == (try await server.blocks(of: job)))
        }
    }

    @Test func `a reader of lines that goes away is noticed`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            var stream = try await WireStream(server, "/v1/jobs/\(job)/events?format=ndjson&follow=1")
            _ = try await stream.reader.line()
            #expect(server.server.streams.count == 1)
            await stream.cut()
            await server.server.streams.whenEmpty()
        }
    }
}
