import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastTesting
import Testing

@Suite("The end of a stream", .timeLimit(.minutes(1)))
struct StreamEndTests {
    @Test func `a finished job replays from any id, then ends`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let history = try await server.blocks(of: job)
            for index in history.indices.dropLast() {
                var stream = try await WireStream(server, of: job, cursor: history[index].id)
                let blocks = try await stream.read(through: "stream.end")
                #expect(blocks.stored == Array(history.dropFirst(index + 1)))
                #expect(blocks.last?.id == history.last?.id)
                await stream.cut()
            }
        }
    }

    @Test func `the connection is closed after the grace, and not before`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            var stream = try await WireStream(server, of: job, "?from=start")
            _ = try await stream.read(through: "stream.end")
            try await server.clock.timer(at: server.clock.timestamp + .seconds(2))
            #expect(server.server.streams.count == 1)
            server.clock.advance(by: .seconds(2))
            #expect(try await stream.reader.remainingBlocks() == [])
            try await stream.connection.whenClosed()
            await server.server.streams.whenEmpty()
        }
    }

    @Test func `a reader with the last id is told by 204 to stay away`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let last = try #require(try await server.blocks(of: job).last)
            try await server.finishedJob()
            let later = try await server.head().description
            for cursor in [last.id, later] {
                let path = "/v1/jobs/\(job)/stream"
                let byHeader = try await server.send("GET", path, headers: ["Last-Event-ID": cursor])
                let byQuery = try await server.send("GET", "\(path)?last_event_id=\(cursor)")
                #expect([byHeader.status, byQuery.status] == [204, 204])
            }
        }
    }

    @Test(arguments: ["?from=now", "?from=start", "?from=last:1", ""])
    func `without a cursor there is no 204`(query: String) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            var stream = try await WireStream(server, of: job, query)
            #expect(stream.head.status == 200)
            _ = try await stream.read(through: "stream.end")
        }
    }

    @Test func `the last id of a job that goes on is answered with what comes`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            let last = try await worker.say("the last so far")
            var stream = try await WireStream(server, of: job, cursor: last.description)
            #expect(stream.head.status == 200)
            try await worker.complete()
            #expect(
                try await stream.read(through: "stream.end").stored == Array(server.blocks(of: job).suffix(1))
            )
        }
    }
}

@Suite("The stream of a job with several lives", .timeLimit(.minutes(1)))
struct StreamRetryTests {
    @Test(arguments: [1, 2, 3, 256])
    func `the ends of earlier lives are ordinary events, wherever a page ends`(pageEvents: Int) async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = pageEvents }) { server in
            let job = try await server.finishedJob()
            for _ in 1...2 { try await live(again: job, server) }
            var stream = try await WireStream(server, of: job, "?from=start")
            let blocks = try await stream.read(through: "stream.end")
            #expect(blocks.stored == (try await server.blocks(of: job)))
            #expect(blocks.count { $0.event == "job.completed" } == 3)
            #expect(blocks.last?.id == "\(try await server.head())")
        }
    }

    @Test func `a replay goes past the end of an earlier life and follows the one that goes on`() async throws
    {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
            var stream = try await WireStream(server, of: job, "?from=start")
            var blocks = try await stream.read(through: "stream.caught_up")
            try await HandWorker(server, job).complete()
            blocks += try await stream.read(through: "stream.end")
            #expect(blocks.stored == (try await server.blocks(of: job)))
            #expect(blocks.count { $0.event == "stream.end" } == 1)
        }
    }

    @Test func `the id of an earlier end is no last id once the job lives again`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let end = try #require(try await server.blocks(of: job).last)
            try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
            var stream = try await WireStream(server, of: job, cursor: end.id)
            #expect(stream.head.status == 200)
            #expect(try await stream.read(through: "stream.caught_up").stored.map(\.event) == ["job.retried"])
            try await HandWorker(server, job).complete()
            let rest = try await stream.read(through: "stream.end")
            #expect(rest.stored.map(\.event) == ["job.started", "job.completed"])
        }
    }

    @Test func `a stream tells how the life ended at which it ends`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
            try await server.engine.steer(.cancel(reason: nil), job, by: .person("ana"))
            var stream = try await WireStream(server, of: job, "?from=start")
            let end = try #require(try await stream.read(through: "stream.end").last)
            #expect(try end.fields().string("state") == "cancelled")
        }
    }

    private func live(again job: JobID, _ server: TestServer) async throws {
        try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
        try await HandWorker(server, job).complete()
    }
}
