import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastServer

@Suite("Streams of credentials that end", .timeLimit(.minutes(1)))
struct StreamExpiryTests {
    @Test func `a stream is closed when the credential ends that it was opened with, and told why`()
        async throws
    {
        try await TestServer.runGuarded({ $0.streams.heartbeat = .seconds(86_400) }) { server in
            let job = try await server.enqueue(of: .ana)
            let worker = try await HandWorker(server, job)
            let skew = try Guest.authentication().clockSkew
            let token = try await TokenForge().hs256(.init(exp: ManualTime.seconds + 60))
            let bearer = ["Authorization": "Bearer \(token)"]
            var stream = try await WireStream(server, "/v1/jobs/\(job)/stream?from=now", headers: bearer)
            _ = try await stream.read(through: "stream.caught_up")
            var lines = try await WireStream(
                server, "/v1/jobs/\(job)/events?format=ndjson&follow=1&from=now", headers: bearer)
            let end = ManualClock().timestamp + .seconds(60) + skew
            try await server.clock.timer(at: end)
            try await worker.say("before the end")
            #expect(try await stream.reader.block() == server.blocks(of: job).last)
            #expect(try await lines.reader.line() == server.history(of: job).last?.envelope.text)
            server.clock.advance(to: .init(end))
            let last = try #require(try await stream.reader.remainingBlocks().last)
            #expect(last.event == "stream.rotate")
            #expect(try last.fields().string("reason") == "token")
            #expect(last.id == (try await server.blocks(of: job).last?.id))
            #expect(try await lines.reader.line() == nil)
            await server.server.streams.whenEmpty()
            let again = try await server.ask("GET", "/v1/jobs/\(job)/stream", headers: bearer)
            #expect(again.status == 401)
        }
    }

    @Test func `a stream token is good while its stream is open`() async throws {
        try await TestServer.runGuarded({ $0.streams.heartbeat = .seconds(86_400) }) { server in
            let job = try await server.enqueue(of: .ana)
            let worker = try await HandWorker(server, job)
            let answer = try await server.send(
                as: .ana, "POST", "/v1/stream-tokens", body: #"{"job":"\#(job)"}"#)
            let token = try #require(try answer.fields().string("token"))
            var stream = try await WireStream(server, "/v1/jobs/\(job)/stream?from=now&token=\(token)")
            _ = try await stream.read(through: "stream.caught_up")
            server.clock.advance(by: .seconds(3600))
            try await worker.say("an hour later")
            var block = try await stream.reader.block()
            while block?.isHeartbeat == true { block = try await stream.reader.block() }
            #expect(try await block == server.blocks(of: job).last)
        }
    }
}
