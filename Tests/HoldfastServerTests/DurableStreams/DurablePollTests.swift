import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Waiting for a page of a durable stream", .timeLimit(.minutes(1)))
struct DurablePollTests {
    @Test func `the answer comes with the next commit, and the one after it goes on there`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            var at = "now"
            for number in 1...5 {
                let query = "?offset=\(at)&live=long-poll"
                async let answer = server.durable(worker.job, query)
                try await server.whenOpen(1)
                try await worker.say("line \(number)")
                let page = try await answer
                let last = try #require(try await server.history(of: worker.job).last)
                #expect(page.status == 200 && page.body == "[\(last.envelope.text)]")
                #expect(page.nextOffset == offset(behind: last.position))
                #expect(page.isUpToDate && !page.isClosed)
                #expect(Int(page.headers["stream-cursor"] ?? "") != nil)
                at = page.nextOffset
                await server.server.streams.whenEmpty()
            }
        }
    }

    @Test func `what is there is answered at once, and closed comes with the last of it`() async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 8 }) { server in
            let job = try await server.finishedJob()
            let first = try await server.durable(job, "?offset=-1&live=long-poll")
            #expect(try first.elements().count == 8)
            #expect(!first.isUpToDate && !first.isClosed && first.headers["stream-cursor"] != nil)
            let last = try await server.durable(job, "?offset=\(first.nextOffset)&live=long-poll")
            let events = try first.elements() + last.elements()
            #expect(try await events == server.envelopes(of: job))
            #expect(last.isUpToDate && last.isClosed && last.headers["stream-cursor"] == nil)
        }
    }

    @Test func `after 25 seconds without an event it is 204`() async throws {
        try await TestServer.run({ server, _ in server.streams.heartbeat = .seconds(86_400) }) { server in
            let job = try await server.enqueue()
            let all = try await server.durable(job)
            let start = server.clock.timestamp
            async let answer = server.durable(job, "?offset=\(all.nextOffset)&live=long-poll")
            try await server.whenOpen(1)
            try await server.finishedJob()
            try await server.clock.timer(at: start + .seconds(25))
            server.clock.advance(by: .seconds(25))
            let nothing = try await answer
            #expect(nothing.status == 204 && nothing.nextOffset == all.nextOffset)
            #expect(nothing.isUpToDate && !nothing.isClosed)
            #expect(nothing.headers["cache-control"] == "no-store")
            let cursor = try #require(nothing.headers["stream-cursor"].flatMap { Int($0) })
            try await HandWorker(server, job).complete()
            let query = "?offset=\(all.nextOffset)&live=long-poll"
            let next = try await server.durable(job, "\(query)&cursor=\(cursor)")
            #expect(next.isClosed)
        }
    }

    @Test func `a cursor never comes back to who sent it`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            var cursor = 0
            for _ in 1...20 {
                let query = "?offset=-1&live=long-poll&cursor=\(cursor)"
                let next = try await server.durable(job, query).headers["stream-cursor"].flatMap { Int($0) }
                #expect(try #require(next) > cursor)
                cursor = next ?? 0
            }
        }
    }

    @Test(arguments: ["now", "OFFSET"])
    func `who has seen the end of a job does not wait`(at start: String) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let end = try await server.durable(job, method: "HEAD").nextOffset
            let at = start == "now" ? start : end
            let answer = try await server.durable(job, "?offset=\(at)&live=long-poll")
            #expect(answer.status == 204 && answer.nextOffset == end)
            #expect(answer.isUpToDate && answer.isClosed)
        }
    }

    @Test func `a server that stops answers at once, and who goes away is noticed`() async throws {
        try await TestServer.run { server in
            let path = "/v1/jobs/\(try await server.enqueue())/durable-stream?offset=now&live=long-poll"
            let connection = try await server.askWithoutReading(path)
            try await server.whenOpen(1)
            await connection.close()
            await server.server.streams.whenEmpty()
            async let answer = server.send("GET", path)
            try await server.whenOpen(1)
            await server.stopGracefully()
            let nothing = try await answer
            #expect(nothing.status == 204 && nothing.isUpToDate && !nothing.isClosed)
        }
    }
}
