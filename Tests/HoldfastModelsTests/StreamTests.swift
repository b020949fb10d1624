import HoldfastCore
import HoldfastTesting
import Testing

@testable import HoldfastModels

@Suite("Streamed answers of a service", .timeLimit(.minutes(1)))
struct StreamTests {
    private static let whole = ModelAnswer(
        text: "Grüße, 🌍!", model: "served-1", usage: TokenUsage(prompt: 12, completion: 34),
        cost: CostAmount(decimal: "0.000023"))
    private static let reply = Reply.stream(
        Reply.delta(""), Reply.delta("Grüße, "), Reply.delta("🌍!"), Reply.stop, Reply.usage, "[DONE]",
        then: Reply.end)

    @Test func `the text comes piece by piece, then the whole answer with its exact cost`() async throws {
        try await Service.run(StreamTests.reply) { service, server in
            let (pieces, error) = await service.pieces()
            #expect(error == nil)
            #expect(pieces == [.text("Grüße, "), .text("🌍!"), .end(StreamTests.whole)])
            let call = try #require(server.calls.first)
            #expect(call.headers["accept"] == "text/event-stream")
            #expect(call.body.text.hasSuffix(#""stream":true,"stream_options":{"include_usage":true}}"#))
        }
    }

    @Test func `nothing changes when each byte comes alone`() async throws {
        let bytes = StreamTests.reply.pieces.flatMap { piece -> [UInt8] in
            if case .bytes(let bytes) = piece { bytes } else { [] }
        }
        try await Service.run(Reply(bytes.map { .bytes([$0]) })) { service, _ in
            var shown = ""
            let answer = try await service.model.stream(ModelRequest("Hello?")).answer { shown += $0 }
            #expect(answer == StreamTests.whole)
            #expect(shown == answer.text)
        }
    }

    @Test func `a stream that is cut keeps its pieces and ends with an error`() async throws {
        try await Service.run(.stream(Reply.delta("Grüße, "))) { service, server in
            let (pieces, error) = await service.pieces()
            #expect(pieces == [.text("Grüße, ")])
            let failure = try #require(error as? ModelError)
            #expect(failure.reason == .brokenOff)
            #expect(failure.isWorthRetry)
            #expect(server.calls.count == 1)
        }
    }

    @Test func `an end without the last line is taken when the text is whole, and an error when it is not`()
        async throws
    {
        try await Service.run(
            .stream(Reply.delta("Hi"), Reply.stop, then: Reply.end),
            .stream(Reply.delta("Hi"), then: Reply.end)
        ) { service, _ in
            let (pieces, error) = await service.pieces()
            #expect(error == nil)
            #expect(pieces == [.text("Hi"), .end(ModelAnswer(text: "Hi", model: "served-1"))])
            #expect((await service.pieces().error as? ModelError)?.reason == .brokenOff)
        }
    }

    @Test func `calls are made again as long as no piece came`() async throws {
        let busy = Reply(status: 503)
        try await Service.run(busy, Reply([]), StreamTests.reply) { service, server in
            let (pieces, error) = await service.pieces()
            #expect(error == nil)
            #expect(pieces.last == .end(StreamTests.whole))
            #expect(server.calls.count == 3)
        }
    }

    @Test func `a refusal is told as for a whole answer`() async throws {
        try await Service.run(Reply(status: 401, body: #"{"detail":"who is sk-live-51Hx0?"}"#)) {
            service, _ in
            let (pieces, error) = await service.pieces()
            #expect(pieces.isEmpty)
            let failure = try #require(error)
            #expect("\(failure)" == "asked-1 refused with status 401: who is (hidden)?")
        }
    }

    @Test(arguments: [
        (#"{"error":{"message":"overloaded, sk-live-51Hx0"}}"#, ModelError.Reason.brokenOff),
        ("{", .malformed), (#"{"choices":[{"delta":7}]}"#, .malformed),
    ])
    func `an event that makes no sense ends the stream`(event: String, reason: ModelError.Reason) async throws
    {
        try await Service.run(.stream(Reply.delta("Hi"), event, then: .silence)) { service, server in
            let (pieces, error) = await service.pieces()
            let failure = try #require(error as? ModelError)
            #expect(failure.reason == reason)
            #expect(!failure.message.contains(Service.secret))
            // What came together with it may be lost with it.
            #expect(pieces == [.text("Hi")] || pieces.isEmpty)
            await server.whenBrokenOff()
        }
    }

    @Test func `a stream that stalls is given up, and its connection closed`() async throws {
        try await Service.run(.stream(Reply.delta("Hi"), then: .silence)) { service, server in
            let (shown, show) = AsyncStream<String>.makeStream()
            async let failure = service.streamFailure { show.yield($0) }
            #expect(await shown.first { _ in true } == "Hi")
            try await service.pass(.seconds(60))
            #expect(try await failure.reason == .idleTimeout)
            await server.whenBrokenOff()
        }
    }

    @Test func `a stream may not take longer than a whole answer`() async throws {
        let reply = Reply.stream(Reply.delta("Hi"), then: .silence)
        try await Service.run(reply, adjust: { $0.wholeTimeout = .seconds(20) }) { service, _ in
            let (shown, show) = AsyncStream<String>.makeStream()
            async let failure = service.streamFailure { show.yield($0) }
            #expect(await shown.first { _ in true } == "Hi")
            try await service.pass(.seconds(20))
            #expect(try await failure.reason == .wholeTimeout)
        }
    }

    @Test func `a stream with more bytes than are taken ends with an error`() async throws {
        let long = Reply.delta(String(repeating: "x", count: 2_000))
        try await Service.run(.stream(long, then: .silence), adjust: { $0.bodyLimit = 1_000 }) { service, _ in
            #expect((await service.pieces().error as? ModelError)?.reason == .tooLarge)
        }
    }

    @Test func `who stops taking pieces ends the call on the other side`() async throws {
        try await Service.run(.stream(Reply.delta("Hi"), then: .silence)) { service, server in
            for try await piece in service.model.stream(ModelRequest("Hello?")) where piece == .text("Hi") {
                break
            }
            await server.whenBrokenOff()
        }
    }

    @Test func `cancelling who takes pieces ends the call on the other side`() async throws {
        try await Service.run(.stream(Reply.delta("Hi"), then: .silence)) { service, server in
            let (shown, show) = AsyncStream<String>.makeStream()
            await withThrowingTaskGroup(of: ModelAnswer.self) { group in
                group.addTask {
                    try await service.model.stream(ModelRequest("Hello?")).answer { show.yield($0) }
                }
                _ = await shown.first { _ in true }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            await server.whenBrokenOff()
        }
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `events are found wherever their bytes are split`(end: String) {
        let lines = [
            ": ping", "data: {\"a\":\"ü\"}", "", "event: x", "id:1", "data:one", "data:  two", "data", "", "",
            "database: no", "data: [DONE]", "", "data: not whole",
        ]
        let bytes = Array((lines.joined(separator: end) + end).utf8)
        let expected = ["{\"a\":\"ü\"}", "one\n two\n", "[DONE]"]
        for split in 0...bytes.count {
            var events = EventLines()
            #expect(events.feed(bytes[..<split]) + events.feed(bytes[split...]) == expected)
        }
    }
}
