import HoldfastAPI
import HoldfastCore
import HoldfastTesting
import Testing

@testable import HoldfastClient

/// A reader with a clock that stands still and connections that do what the test says.
@Suite("Stream events")
struct StreamEventsTests {
    private let clock = ManualClock()
    private let job = JobID(high: 1, low: 2)
    private static let end = Wire.block(3, "stream.end", #"{"job":"j","state":"completed","position":"3"}"#)

    private func client(_ transport: ScriptedTransport) -> HoldfastClient {
        let clock = clock
        return HoldfastClient(
            transport, credential: .init("key-1"),
            environment: ClientEnvironment(
                uptime: { clock.timestamp - ManualClock.start },
                sleep: { try await clock.wait(until: clock.timestamp + $0) }, random: { .max }))
    }

    @Test func `a cut stream is resumed behind its cursor and ends with the job`() async throws {
        let transport = ScriptedTransport(
            .init(pieces: [Wire.open(0), Wire.stored(1, 2)]),
            .init(pieces: [Wire.open(2) + Wire.stored(2, 3) + Self.end]))
        let client = client(transport)
        async let positions = client.events(of: job, from: .beginning).reduce(into: []) {
            $0.append($1.cursor.value)
        }
        try await clock.advancePast(.seconds(2))
        #expect(try await positions == [1, 2, 3])
        let requests = transport.requests
        #expect(requests.map(\.target).last?.hasSuffix("?last_event_id=2&log=\(Wire.log)") == true)
        #expect(requests.map(\.accept) == ["text/event-stream", "text/event-stream"])
        #expect(transport.bearers == ["key-1", "key-1"])
    }

    @Test func `a connection that falls silent for 45 seconds counts as cut`() async throws {
        let transport = ScriptedTransport(
            .init(pieces: [Wire.open(0) + Wire.stored(1)], staysOpen: true),
            .init(pieces: [Wire.open(1) + Wire.stored(2, 3) + Self.end]))
        let client = client(transport)
        let told = AsyncStream<ClientError>.makeStream()
        async let count = client.events(of: job, from: .beginning) { error, _ in
            told.continuation.yield(error)
        }.reduce(0) { count, _ in count + 1 }
        try await clock.advancePast(.seconds(45))
        #expect(await told.stream.first { _ in true } == .timedOut(.silence))
        try await clock.advancePast(.seconds(2))
        #expect(try await count == 3)
    }

    @Test func `a stream that stays mute is read page by page`() async throws {
        let page = Wire.page([1, 2], through: 2).json.text
        let transport = ScriptedTransport(
            .init(staysOpen: true), .init(mediaType: "application/json", pieces: [page]),
            .init(status: 204, mediaType: ""))
        let client = client(transport)
        async let positions = client.events(of: job, from: .beginning).reduce(into: []) {
            $0.append($1.cursor.value)
        }
        try await clock.advancePast(.seconds(5))
        #expect(try await positions == [1, 2])
        #expect(transport.requests[1].target.contains("format=json&wait=25"))
    }

    @Test func `a reader that has seen the end gets nothing more and asks once`() async throws {
        let transport = ScriptedTransport(.init(status: 204, mediaType: ""))
        let events = client(transport).events(of: job, from: .after(EventLogPosition(9)))
        for try await event in events { Issue.record("there is \(event)") }
        #expect(transport.requests.count == 1)
    }

    @Test func `a refusal ends the reading with the problem`() async throws {
        let problem = Problem(.unauthenticated, detail: "say who you are")
        let transport = ScriptedTransport(
            .init(status: 401, mediaType: Problem.mediaType, pieces: [problem.json.text]))
        let client = client(transport)
        await #expect(throws: ClientError.refused(problem, retryAfter: nil)) {
            for try await _ in client.events() {}
        }
    }

    @Test func `a page of a proxy is no stream`() async throws {
        let transport = ScriptedTransport(.init(mediaType: "text/html", pieces: ["<p>sign in"]))
        let client = client(transport)
        await #expect(throws: ClientError.foreign(status: 200, retryAfter: nil)) {
            for try await _ in client.events() {}
        }
    }

    @Test func `a server that asks for patience is left alone for that long`() async throws {
        let busy = Problem(.tooMany, detail: "later")
        let transport = ScriptedTransport(
            .init(
                status: 429, mediaType: Problem.mediaType, retryAfter: .seconds(9),
                pieces: [busy.json.text]),
            .init(failure: .unreachable("refused")), .init(status: 204, mediaType: ""))
        let client = client(transport)
        let told = AsyncStream<Duration>.makeStream()
        async let count = client.events(from: .beginning) { told.continuation.yield($1) }
            .reduce(0) { count, _ in count + 1 }
        var rests = told.stream.makeAsyncIterator()
        #expect(await rests.next() == .seconds(9))
        try await clock.advancePast(.seconds(9))
        let second = try #require(await rests.next())
        #expect(second > .seconds(3) && second < .seconds(4))
        try await clock.advancePast(.seconds(4))
        #expect(try await count == 0)
    }

    @Test func `a task that is cancelled stops reading at once`() async throws {
        let transport = ScriptedTransport(.init(pieces: [Wire.open(0) + Wire.stored(1)], staysOpen: true))
        let events = client(transport).events(of: job, from: .beginning)
        let (seen, first) = AsyncStream<Void>.makeStream()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for try await _ in events { first.yield() } }
            _ = await seen.first { _ in true }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.waitForAll() }
        }
    }

    @Test func `filters stand in the query of a stream of many jobs`() async throws {
        let transport = ScriptedTransport(.init(status: 204, mediaType: ""))
        let filter = StreamFilter(kinds: ["mail.send"], queues: ["a b"], owner: "me", types: [.jobCompleted])
        for try await _ in client(transport).events(filter, from: .last(3)) {}
        #expect(
            transport.requests.map(\.target) == [
                "/v1/stream?kind=mail.send&queue=a%20b&owner=me&types=job.completed&from=last%3A3"
            ])
    }
}
