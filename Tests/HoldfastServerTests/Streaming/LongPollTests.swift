import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Waiting for the next page", .timeLimit(.minutes(1)))
struct LongPollTests {
    @Test(arguments: ["/v1/jobs/ID/events?wait=25", "/v1/stream?wait=25&kind=test.job"])
    func `an answer comes with the next event, and the one after it goes on there`(path: String) async throws
    {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            let path = path.replacing("ID", with: job.description)
            var cursor = try await server.head()
            for number in 1...5 {
                let query = "\(path)&last_event_id=\(cursor)"
                async let answer = server.send("GET", query)
                try await server.whenOpen(1)
                try await worker.say("line \(number)")
                #expect(try await answer.headers["connection"] == "close")
                let page = try await answer.fields()
                #expect(
                    page.raw("events")?.text
                        == "[\(try await server.history(of: job).last?.envelope.text ?? "")]")
                cursor = try #require(EventLogPosition(text: try page.string("through") ?? ""))
                await server.server.streams.whenEmpty()
            }
        }
    }

    @Test func `what is there already is answered at once`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let page = try await server.send("GET", "/v1/jobs/\(job)/events?wait=60&limit=4").fields()
            let history = try await server.history(of: job)
            #expect(try page.string("next") == history[3].position.description)
        }
    }

    @Test func `nothing is answered after the time that was asked for, and the cursor moves on`() async throws
    {
        try await TestServer.run({ server, _ in server.streams.heartbeat = .seconds(86_400) }) { server in
            let start = server.clock.timestamp
            async let answer = server.send("GET", "/v1/stream?wait=20&kind=rare&from=now")
            try await server.whenOpen(1)
            try await server.finishedJob()
            let head = try await server.head()
            try await server.whenScanned(head)
            try await server.clock.timer(at: start + .seconds(20))
            server.clock.advance(by: .seconds(20))
            let page = try await answer.fields()
            #expect(page.raw("events")?.text == "[]")
            #expect(try page.string("through") == head.description)
            #expect(page.raw("next") == nil)
        }
    }

    @Test func `who has seen the end of a job gets 204`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let head = try await server.head()
            let answer = try await server.send("GET", "/v1/jobs/\(job)/events?wait=60&last_event_id=\(head)")
            #expect(answer.status == 204)
        }
    }

    @Test func `a server that stops answers at once`() async throws {
        try await TestServer.run { server in
            async let answer = server.send("GET", "/v1/stream?wait=60")
            try await server.whenOpen(1)
            await server.stopGracefully()
            #expect(try await answer.status == 200)
        }
    }

    @Test func `who goes away while waiting is noticed`() async throws {
        try await TestServer.run { server in
            let connection = try await server.askWithoutReading("/v1/stream?wait=60")
            try await server.whenOpen(1)
            await connection.close()
            await server.server.streams.whenEmpty()
        }
    }
}
