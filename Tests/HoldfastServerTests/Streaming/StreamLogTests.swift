import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Streams of many jobs", .timeLimit(.minutes(1)))
struct StreamLogTests {
    @Test func `one cursor goes through all jobs in the order of the log`() async throws {
        try await TestServer.run { server in
            try await server.finishedJob()
            try await server.finishedJob()
            var stream = try await WireStream(server, "/v1/stream?from=start")
            let blocks = try await stream.read(through: "stream.caught_up")
            try blocks.expectComplete()
            #expect(blocks.first?.event == "stream.open")
            #expect(blocks.stored == (try await server.log()))
            try await server.finishedJob()
            let count = try await server.log().count - blocks.stored.count
            #expect(try await stream.read(stored: count) == Array(server.log().suffix(count)))
            #expect(Set(try await server.log().map(\.id)).count == (try await server.log().count))
        }
    }

    @Test func `without a cursor it begins with what comes now`() async throws {
        try await TestServer.run { server in
            try await server.finishedJob()
            var stream = try await WireStream(server, "/v1/stream")
            #expect(stream.head.headers["content-type"] == "text/event-stream")
            #expect(try await stream.read(through: "stream.caught_up").stored.isEmpty)
            let job = try await server.enqueue()
            #expect(try await stream.reader.block() == server.blocks(of: job).first)
        }
    }

    @Test(arguments: [
        "kind=mail", "queue=slow", "tag=red", "owner=ana", "kind=mail,page", "kind=mail&kind=page",
        "kind=mail&tag=red", "types=job.completed,job.enqueued", "kind=mail&types=log.written", "job=2,4",
        "job=3&types=step.completed", "queue=slow&owner=ana&tag=blue",
    ])
    func `a filter has what the log has of it, from the start, by its end, by cursor and live`(
        filter: String
    ) async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 7 }) { server in
            let zoo = try await Zoo(server)
            let query = zoo.query(filter)
            var live = try await WireStream(server, "/v1/stream?\(query)&from=now")
            _ = try await live.read(through: "stream.caught_up")
            try await zoo.play()
            let expected = try await zoo.expected(filter)
            #expect(!expected.isEmpty, "the filter shows nothing")
            let new = expected.filter { $0.event != "job.enqueued" }
            #expect(try await live.read(stored: new.count) == new)
            var past = try await WireStream(server, "/v1/stream?\(query)&from=start")
            #expect(try await past.read(through: "stream.caught_up").stored == expected)
            var end = try await WireStream(server, "/v1/stream?\(query)&from=last:3")
            #expect(try await end.read(through: "stream.caught_up").stored == Array(expected.suffix(3)))
            let middle = expected[expected.count / 2]
            var rest = try await WireStream(
                server, "/v1/stream?\(query)", headers: ["Last-Event-ID": middle.id])
            #expect(
                try await rest.read(through: "stream.caught_up").stored
                    == Array(expected[(expected.count / 2 + 1)...]))
            let lines = try await server.send("GET", "/v1/stream?\(query)&from=start&format=ndjson")
            #expect(lines.body.split(separator: "\n").map(String.init) == expected.map(\.data))
        }
    }

    @Test func `a reader for whom nothing comes moves on with each sign of life`() async throws {
        try await TestServer.run({ server, _ in server.streams.stallLimit = .seconds(86_400) }) { server in
            var stream = try await WireStream(server, "/v1/stream?kind=rare&from=now")
            _ = try await stream.read(through: "stream.caught_up")
            try await server.finishedJob()
            let head = try await server.head()
            try await server.whenScanned(head)
            try await server.clock.timer(at: server.clock.timestamp + .seconds(15))
            server.clock.advance(by: .seconds(15))
            let block = try #require(try await stream.reader.block())
            #expect(block.event == "stream.position")
            #expect(block.id == head.description)
            #expect(try block.fields().string("position") == head.description)
            // With nothing new the cursor stays, and a line without meaning will do.
            try await server.clock.timer(at: server.clock.timestamp + .seconds(15))
            server.clock.advance(by: .seconds(15))
            #expect(try await stream.reader.line() == ":")
            let job = try await server.enqueue("rare")
            #expect(try await stream.reader.block() == server.blocks(of: job).first)
        }
    }

    @Test func `a cursor of another log is told by a gap, and everything follows`() async throws {
        try await TestServer.run { server in
            try await server.finishedJob()
            for query in ["last_event_id=999", "last_event_id=2&log=other"] {
                var stream = try await WireStream(server, "/v1/stream?\(query)")
                let blocks = try await stream.read(through: "stream.caught_up")
                let gap = try #require(blocks.first { $0.event == "stream.gap" })
                #expect(try gap.fields().string("reason") == "foreign")
                #expect(blocks.stored == (try await server.log()))
                let page = try await server.send("GET", "/v1/stream?\(query)&format=json")
                #expect(try page.problem().kind == .foreignCursor)
            }
        }
    }

    @Test func `in a log without events a foreign cursor is told where the first will be`() async throws {
        try await TestServer.run { server in
            var stream = try await WireStream(server, "/v1/stream?last_event_id=7")
            let gap = try #require(try await stream.read(through: "stream.gap").last)
            #expect(gap.data == #"{"reason":"foreign","from":"7","to":"1"}"#)
            let job = try await server.enqueue()
            _ = try await stream.read(through: "stream.caught_up")
            #expect(try await stream.reader.block() == server.blocks(of: job).first)
        }
    }

    @Test(arguments: [
        ("job=7", "job"), ("kind=", "kind"), ("types=job.exploded", "types"), ("tag=", "tag"),
        ("colour=red", "colour"), ("from=yesterday", "from"), ("wait=61", "wait"), ("format=xml", "format"),
    ])
    func `what does not fit is refused and named`(query: String, name: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send("GET", "/v1/stream?\(query)")
            let problem = try answer.problem()
            #expect(problem.kind == .invalidParameter)
            #expect(problem.detail.contains("\"\(name)\""))
        }
    }
}

/// Jobs of many kinds, and what each filter should show of them, found out in another way.
private struct Zoo {
    private static let requests: [(kind: JobKind, queue: QueueName, tags: [JobTag], owner: Owner?)] = [
        ("mail", "fast", ["red"], "ana"), ("page", "slow", ["blue"], "ana"), ("mail", "slow", [], nil),
        ("scan", "slow", ["red", "blue"], "bob"),
    ]

    let server: TestServer
    private var jobs: [JobID] = []

    init(_ server: TestServer) async throws {
        self.server = server
        for request in Self.requests {
            let options = EnqueueOptions(queue: request.queue, tags: request.tags, owner: request.owner)
            let enqueued = EnqueueRequest(
                kind: request.kind, input: .emptyObject, options: options, acceptsAnyKind: true)
            jobs.append(try await server.engine.enqueue(enqueued).state.id)
        }
    }

    /// Lets each job do something, by turns, and end.
    func play() async throws {
        var workers: [HandWorker] = []
        for job in jobs { workers.append(try await HandWorker(server, job)) }
        for number in 1...3 {
            for worker in workers { try await worker.say(["line \(number)", "and another"]) }
            for worker in workers { try await worker.step(StepName(unchecked: "step-\(number)")) }
        }
        for worker in workers { try await worker.complete() }
    }

    /// The filter as it is sent; jobs are told by their number, from 1.
    func query(_ filter: String) -> String {
        parts(filter).map { name, values in
            "\(name)="
                + (name == "job" ? values.map { "\(jobs[(Int($0) ?? 1) - 1])" } : values).joined(
                    separator: ",")
        }.joined(separator: "&")
    }

    /// The blocks that the filter should show.
    func expected(_ filter: String) async throws -> [WireBlock] {
        let events = try await server.engine.log.read { try $0.events(EventQuery(limit: 10_000)).events }
        return events.filter { event in
            guard let job = event.job, let number = jobs.firstIndex(of: job) else { return false }
            let request = Self.requests[number]
            return parts(filter).allSatisfy { name, values in
                switch name {
                case "job": values.contains("\(number + 1)")
                case "kind": values.contains(request.kind.rawValue)
                case "queue": values.contains(request.queue.rawValue)
                case "tag": request.tags.contains { values.contains($0.rawValue) }
                case "owner": values.contains(request.owner?.rawValue ?? "")
                default: values.contains(event.kind)
                }
            }
        }.map(block(of:))
    }

    private func parts(_ filter: String) -> [(String, [String])] {
        let pairs = filter.split(separator: "&").map { $0.split(separator: "=").map(String.init) }
        return Dictionary(grouping: pairs) { $0[0] }
            .map { ($0, $1.flatMap { $0[1].split(separator: ",").map(String.init) }) }
    }
}

extension TestServer {
    /// All events of the log as blocks.
    fileprivate func log() async throws -> [WireBlock] {
        try await engine.log.read { try $0.events(EventQuery(limit: 10_000)).events }.map(block(of:))
    }
}
