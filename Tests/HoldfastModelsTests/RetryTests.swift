import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastTesting
import Testing

@Suite("Calls that are made again", .timeLimit(.minutes(1)))
struct RetryTests {
    @Test(arguments: ["7", "Thu, 08 Oct 2026 12:00:07 GMT"])
    func `a call that was too much is made again when the service says`(retryAfter: String) async throws {
        let busy = Reply(status: 429, headers: ["Retry-After": retryAfter])
        try await Service.run(busy, .answer("Hi")) { service, server in
            async let answer = service.model.complete(ModelRequest("Hello?"))
            try await service.pass(.seconds(7))
            #expect(try await answer.text == "Hi")
            #expect(server.calls.count == 2)
            #expect(server.calls.first?.body == server.calls.last?.body)
        }
    }

    @Test func `waits grow and are drawn, and an error that stays is given up`() async throws {
        let broken = Reply(status: 500, body: #"{"error":"out of order, sk-live-51Hx0"}"#)
        try await Service.run(broken, broken, broken, broken, .answer("never"), chance: 0.5) {
            service, server in
            async let failure = service.failure()
            // Half of half a second, then of one, then of two.
            for moment in [250, 750, 1_750] { try await service.pass(.milliseconds(moment)) }
            let error = try await failure
            #expect(error.reason == .refused(status: 500))
            #expect(error.message == "asked-1 refused with status 500: out of order, (hidden)")
            #expect(error.isWorthRetry)
            #expect(error.retryDecision == .byPolicy)
            #expect(server.calls.count == 4)
        }
    }

    @Test func `who asks for a longer wait than it gets has the error said at once`() async throws {
        let busy = Reply(status: 503, headers: ["Retry-After": "3600"])
        try await Service.run(busy, .answer("never")) { service, server in
            let failure = try await service.failure()
            #expect(failure.retryAfter == .seconds(3600))
            #expect(failure.retryDecision == .after(.seconds(3600)))
            #expect(server.calls.count == 1)
        }
    }

    @Test(arguments: [400, 401, 403, 404, 408, 422, 302])
    func `any other refusal is final`(status: Int) async throws {
        let body = #"{"error":{"message":"Incorrect API key provided: sk-live-51Hx0.","type":"x"}}"#
        let refusal = Reply(
            status: status, headers: ["Location": "/v1/chat/completions"], body: body)
        try await Service.run(refusal, .answer("never")) { service, server in
            let failure = try await service.failure()
            #expect(failure.reason == .refused(status: status))
            #expect(
                failure.message
                    == "asked-1 refused with status \(status): Incorrect API key provided: (hidden).")
            #expect(!failure.isWorthRetry)
            #expect(failure.retryDecision == .discard)
            #expect(server.calls.count == 1)
        }
    }

    @Test func `a page for people, a long story and many lines become one short line`() async throws {
        let story = "no\nroom " + String(repeating: "y", count: 10_000)
        try await Service.run(
            Reply(status: 400, body: "<html>Bad gateway</html>"), Reply(status: 400, body: story)
        ) { service, _ in
            #expect(try await service.failure().message == "asked-1 refused with status 400: Bad Request")
            let message = try await service.failure().message
            #expect(message.hasPrefix("asked-1 refused with status 400: no room yyy"))
            #expect(message.count < 410)
        }
    }

    @Test func `a connection that breaks before the answer is whole is made again`() async throws {
        let head = Array("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{".utf8)
        try await Service.run(Reply([]), Reply([.bytes(head)]), .answer("Hi")) { service, server in
            let answer = try await service.model.complete(ModelRequest("Hello?"))
            #expect(answer.text == "Hi")
            #expect(server.calls.count == 3)
        }
    }

    @Test func `where nobody listens is told after the tries`() async throws {
        let port = try await ModelServer.run([]) { $0.port }
        try await Service.run(port: port, { $0.retry = .exponential(maxAttempts: 2) }) { service in
            let failure = try await service.failure()
            #expect(failure.reason == .unreachable)
            #expect(failure.message.hasPrefix("no answer came from http://127.0.0.1:\(port)/v1: "))
        }
    }

    @Test func `an answer that takes too long is given up, and its connection closed`() async throws {
        try await Service.run(Reply([.silence])) { service, server in
            async let failure = service.failure()
            while server.calls.isEmpty { await Task.yield() }
            try await service.pass(.seconds(300))
            #expect(try await failure.reason == .wholeTimeout)
            await server.whenBrokenOff()
        }
    }

    @Test func `cancelling ends the call on the other side`() async throws {
        try await Service.run(Reply([.silence])) { service, server in
            await withThrowingTaskGroup(of: ModelAnswer.self) { group in
                group.addTask { try await service.model.complete(ModelRequest("Hello?")) }
                while server.calls.isEmpty { await Task.yield() }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            await server.whenBrokenOff()
        }
    }

    @Test func `cancelling ends the wait for the next try`() async throws {
        try await Service.run(Reply(status: 429, headers: ["Retry-After": "9"])) { service, server in
            try await withThrowingTaskGroup(of: ModelAnswer.self) { group in
                group.addTask { try await service.model.complete(ModelRequest("Hello?")) }
                try await service.clock.timer(at: ManualClock.start + .seconds(9))
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            #expect(server.calls.count == 1)
        }
    }
}
