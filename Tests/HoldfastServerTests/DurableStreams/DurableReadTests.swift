import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@testable import HoldfastServer

@Suite("Reading what is there of a durable stream", .timeLimit(.minutes(1)))
struct DurableReadTests {
    @Test(arguments: ["", "?offset=-1", "?offset=-1&cursor=5&v=2&v=3", "?unknown=%zz"])
    func `without an offset or with -1 it is the whole log of a small job`(query: String) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            try await server.finishedJob()
            let answer = try await server.durable(job, query)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(try await answer.elements() == server.envelopes(of: job))
            let last = try #require(try await server.history(of: job).last?.position)
            #expect(answer.nextOffset == offset(behind: last))
            #expect(answer.isUpToDate && answer.isClosed)
            #expect(answer.headers["stream-cursor"] == nil)
        }
    }

    @Test func `reading on at every offset gives every event once, page by page`() async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 4 }) { server in
            let job = try await server.finishedJob(lines: 7)
            let history = try await server.history(of: job)
            for (count, start) in (["-1"] + history.map { offset(behind: $0.position) }).enumerated() {
                var (at, read) = (start, [String]())
                while true {
                    let page = try await server.durable(job, "?offset=\(at)")
                    let events = try page.elements()
                    read += events
                    #expect(events.count <= 4 && page.isClosed == page.isUpToDate)
                    #expect(page.isUpToDate == (count + read.count == history.count))
                    #expect(events.isEmpty ? page.nextOffset == at : page.nextOffset > at || at == "-1")
                    at = page.nextOffset
                    if page.isClosed { break }
                    #expect(events.count == 4)
                }
                #expect(read == history.dropFirst(count).map(\.envelope.text), "from \(start)")
            }
        }
    }

    @Test func `a job that runs is up to date and not closed, and has no more for who has all`() async throws
    {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let all = try await server.durable(worker.job)
            #expect(all.isUpToDate && !all.isClosed)
            let rest = try await server.durable(worker.job, "?offset=\(all.nextOffset)")
            #expect(rest.status == 200 && rest.body == "[]")
            #expect(rest.isUpToDate && !rest.isClosed && rest.nextOffset == all.nextOffset)
            try await worker.complete()
            let end = try await server.durable(worker.job, "?offset=\(all.nextOffset)")
            #expect(try end.elements().count == 1)
            #expect(end.isUpToDate && end.isClosed)
            let over = try await server.durable(worker.job, "?offset=\(end.nextOffset)")
            #expect(over.status == 200 && over.body == "[]")
            #expect(over.isUpToDate && over.isClosed && over.nextOffset == end.nextOffset)
        }
    }

    @Test func `closed is told while the job has ended, and its log goes on when it is begun again`()
        async throws
    {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 3 }) { server in
            let job = try await server.finishedJob()
            let end = try await server.durable(job, "?offset=now")
            #expect(end.isClosed)
            try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
            let next = try await server.durable(job, "?offset=\(end.nextOffset)")
            #expect(try next.elements().count == 1)
            #expect(next.isUpToDate && !next.isClosed)
            #expect(try await !server.durable(job, method: "HEAD").isClosed)
            // The end of the first life is no end for who reads past it.
            let position = try #require(EventLogPosition(text: String(Int(end.nextOffset) ?? 0)))
            let before = offset(behind: EventLogPosition(position.value - 1))
            let past = try await server.durable(job, "?offset=\(before)")
            #expect(try past.elements().count == 2)
            #expect(!past.isClosed)
        }
    }

    @Test func `what happens between two reads decides whether it is closed`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
            let history = try await server.history(of: job)
            for (events, state, isClosed) in [
                (history, JobPhaseName.completed, false), (history.dropLast(), .running, true),
                (history.dropLast(2), .running, false), ([], .completed, true),
            ] {
                for next in [nil, EventLogPosition(9)] {
                    let log = LogPage(events: Array(events), next: next, through: EventLogPosition(99))
                    let page = DurablePage(of: job, log, after: .beginning, state: state)
                    #expect(page.isClosed == (isClosed && next == nil))
                    #expect(page.isUpToDate == (next == nil))
                }
            }
        }
    }

    @Test func `now is the end of the log, without events and kept by nobody`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let all = try await server.durable(job)
            try await server.finishedJob()
            let now = try await server.durable(job, "?offset=now")
            #expect(now.status == 200 && now.body == "[]")
            #expect(now.nextOffset == all.nextOffset)
            #expect(now.isUpToDate && !now.isClosed)
            #expect(now.headers["cache-control"] == "no-store")
            #expect(now.headers["etag"] == nil)
        }
    }

    @Test func `HEAD tells the end of the log and whether the job has ended`() async throws {
        try await TestServer.run { server in
            let running = try await HandWorker(server, try await server.enqueue()).job
            for (job, isOver) in [(running, false), (try await server.finishedJob(), true)] {
                let head = try await server.durable(job, "?live=none", method: "HEAD")
                #expect(head.status == 200 && head.body.isEmpty)
                #expect(head.headers["content-type"] == "application/json")
                #expect(head.headers["cache-control"] == "no-store")
                #expect(head.isClosed == isOver)
                #expect(try await head.nextOffset == server.durable(job).nextOffset)
            }
        }
    }

    @Test(arguments: [
        "offset=", "offset=x", "offset=1", "offset=-2", "offset=-1&offset=-1", "offset=%20now",
        "offset=0000000000000999999", "live=long-poll", "live=sse", "offset=-1&live=both",
        "offset=now&live=", "offset=-1&cursor=1&cursor=2",
    ])
    func `what the protocol does not have is refused`(query: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.durable(try await server.finishedJob(), "?\(query)")
            #expect(try answer.problem().kind == .invalidParameter)
            #expect(answer.headers["x-content-type-options"] == "nosniff")
        }
    }

    @Test func `an unknown job is 404 in every mode, and other methods are refused`() async throws {
        try await TestServer.run { server in
            let nobody = JobID(high: 1, low: 2)
            for query in ["", "?offset=now", "?offset=now&live=sse", "?offset=-1&live=long-poll"] {
                #expect(try await server.durable(nobody, query).problem().kind == .unknownJob)
            }
            #expect(try await server.durable(nobody, method: "HEAD").status == 404)
            let job = try await server.enqueue()
            for method in ["POST", "PUT", "DELETE", "PATCH"] {
                let answer = try await server.durable(job, method: method)
                #expect(try answer.problem().kind == .wrongMethod)
                #expect(answer.headers["allow"] == "GET, HEAD")
            }
        }
    }
}
