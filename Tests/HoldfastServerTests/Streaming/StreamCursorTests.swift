import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@Suite("Where a stream begins", .timeLimit(.minutes(1)))
struct StreamCursorTests {
    @Test(arguments: ["last_event_id", "lastEventId"])
    func `a cursor in the query does what the header does`(name: String) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let history = try await server.blocks(of: job)
            var byHeader = try await WireStream(server, of: job, cursor: history[3].id)
            var byQuery = try await WireStream(server, of: job, "?\(name)=\(history[3].id)")
            let expected = Array(history.dropFirst(4))
            #expect(try await byHeader.read(through: "stream.end").stored == expected)
            #expect(try await byQuery.read(through: "stream.end").stored == expected)
        }
    }

    @Test func `the header wins over the query, because a browser renews only the header`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let history = try await server.blocks(of: job)
            let query = "?last_event_id=\(history[1].id)&from=start"
            var stream = try await WireStream(server, of: job, query, cursor: history[5].id)
            #expect(try await stream.read(through: "stream.end").stored == Array(history.dropFirst(6)))
        }
    }

    @Test func `a cursor wins over from, and an empty header says nothing`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let history = try await server.blocks(of: job)
            var first = try await WireStream(server, of: job, "?from=start&last_event_id=\(history[2].id)")
            #expect(try await first.read(through: "stream.end").stored == Array(history.dropFirst(3)))
            var second = try await WireStream(server, of: job, "?from=last:1", cursor: " ")
            #expect(try await second.read(through: "stream.end").stored == Array(history.suffix(1)))
        }
    }

    @Test func `a cursor between two events of the job goes on with the next one`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let between = try #require(try await server.history(of: try await server.finishedJob()).first)
            let worker = try await HandWorker(server, job)
            try await worker.complete()
            var stream = try await WireStream(server, of: job, cursor: between.position.description)
            #expect(
                try await stream.read(through: "stream.end").stored
                    == Array(server.blocks(of: job).dropFirst()))
        }
    }

    @Test func `from now gives nothing of the past and everything that comes`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            try await worker.say("before")
            var stream = try await WireStream(server, of: job, "?from=now")
            let opening = try await stream.read(through: "stream.caught_up")
            #expect(opening.map(\.event) == ["stream.open", "stream.caught_up"])
            try await worker.say("after")
            #expect(try await stream.read(stored: 1) == Array(server.blocks(of: job).suffix(1)))
        }
    }

    @Test(arguments: [1, 5, 50, 1000])
    func `from last gives so many events, or all where there are fewer`(count: Int) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob(lines: 80)
            try await server.finishedJob()
            var stream = try await WireStream(server, of: job, "?from=last:\(count)")
            let blocks = try await stream.read(through: "stream.end")
            #expect(blocks.stored == Array(try await server.blocks(of: job).suffix(count)))
            try blocks.expectComplete()
        }
    }

    @Test(arguments: ["abc", "-1", "1.5", "01", "+1", "1042.1", "9223372036854775808", "%20"])
    func `a malformed cursor is refused, wherever it stands`(cursor: String) async throws {
        try await TestServer.run { server in
            let path = "/v1/jobs/\(try await server.enqueue())/stream"
            for query in ["last_event_id", "lastEventId"] {
                let answer = try await server.send("GET", "\(path)?\(query)=\(cursor)")
                #expect(try answer.problem().kind == .invalidCursor)
                #expect(answer.status == 400)
            }
            guard cursor != "%20" else { return }
            let answer = try await server.send("GET", path, headers: ["Last-Event-ID": cursor])
            #expect(try answer.problem().detail.contains("Last-Event-ID"))
        }
    }

    @Test(arguments: [
        "from=", "from=yesterday", "from=last", "from=last:", "from=last:0", "from=last:1001", "from=last:-1",
        "from=start&from=now", "form=start", "limit=3", "from=%ZZ",
    ])
    func `a parameter that does not fit is refused instead of ignored`(query: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send(
                "GET", "/v1/jobs/\(try await server.enqueue())/stream?\(query)")
            #expect(try answer.problem().kind == .invalidParameter)
        }
    }
}

@Suite("Cursors of another log", .timeLimit(.minutes(1)))
struct ForeignCursorTests {
    @Test func `a cursor beyond the end gets a gap, then everything there is`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let beyond = try await server.head().next
            var stream = try await WireStream(server, of: job, cursor: beyond.description)
            let blocks = try await stream.read(through: "stream.end")
            let history = try await server.blocks(of: job)
            #expect(blocks.prefix(2).map(\.event) == ["stream.open", "stream.gap"])
            #expect(blocks[1].data == #"{"reason":"foreign","from":"\#(beyond)","to":"\#(history[0].id)"}"#)
            #expect(blocks.stored == history)
            // Its own number is nothing to come back with: it may fit an event of this log by chance.
            #expect(blocks[0].id == blocks[1].id)
            try blocks.expectComplete()
        }
    }

    @Test func `a cursor that was cut right after the gap begins again without one`() async throws {
        try await TestServer.run { server in
            try await server.finishedJob()
            let job = try await server.finishedJob()
            var stream = try await WireStream(server, of: job, cursor: "99999")
            let gap = try #require(try await stream.read(through: "stream.gap").last)
            await stream.cut()
            var resumed = try await WireStream(server, of: job, cursor: gap.id)
            let blocks = try await resumed.read(through: "stream.end")
            #expect(!blocks.map(\.event).contains("stream.gap"))
            #expect(blocks.stored == (try await server.blocks(of: job)))
        }
    }

    @Test func `a cursor of a log with another identity gets a gap, one of this log does not`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let history = try await server.blocks(of: job)
            let identity = server.engine.log.backend.identity
            var own = try await WireStream(server, of: job, "?log=\(identity)", cursor: history[2].id)
            #expect(try await own.read(through: "stream.end").stored == Array(history.dropFirst(3)))
            var foreign = try await WireStream(server, of: job, "?log=7c1a", cursor: history[2].id)
            let blocks = try await foreign.read(through: "stream.end")
            #expect(blocks[1].event == "stream.gap")
            #expect(blocks.stored == history)
        }
    }

    @Test func `the last id of another log is no reason for 204`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let last = try #require(try await server.blocks(of: job).last)
            var stream = try await WireStream(server, of: job, "?log=7c1a", cursor: last.id)
            #expect(stream.head.status == 200)
            #expect(try await stream.read(through: "stream.end").stored == server.blocks(of: job))
        }
    }
}
