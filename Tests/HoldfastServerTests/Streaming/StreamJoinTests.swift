import HoldfastCore
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Joining a running job", .timeLimit(.minutes(1)))
struct StreamJoinTests {
    private static let positions = 60

    /// How the newest events are kept: as always, and so little that readers have to look into the log.
    @Test(arguments: [(StreamConfiguration().pageEvents, StreamConfiguration().memoryBytes), (2, 600)])
    func `at any of its positions a reader gets what follows, whatever is written meanwhile`(
        pageEvents: Int, memoryBytes: Int
    ) async throws {
        try await TestServer.run({ server, _ in
            (server.streams.pageEvents, server.streams.memoryBytes) = (pageEvents, memoryBytes)
        }) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let joined = try await joinEverywhere(server, worker)
            let history = try await server.history(of: worker.job)
            #expect(joined.count == Self.positions + 1 + 3 * (Self.positions / 10 + 1))
            for reader in joined {
                let rest = history.filter { $0.position > reader.start }.map(block(of:))
                let isWhole = reader.events == rest
                #expect(isWhole, "\(reader.way) got other events than those after \(reader.start)")
            }
        }
    }

    /// Lets a reader join at every position, and at some of them others that have no cursor; with each of them
    /// the job goes on.
    private func joinEverywhere(_ server: TestServer, _ worker: HandWorker) async throws -> [JoinedReader] {
        try await withThrowingTaskGroup(of: JoinedReader?.self) { group in
            let (turns, onTurn) = AsyncStream<Int>.makeStream()
            let (written, onWritten) = AsyncStream<Void>.makeStream()
            let (opened, onOpened) = AsyncStream<Void>.makeStream()
            group.addTask {
                for await turn in turns {
                    try await worker.say((0...turn % 3).map { "line \(turn).\($0)" })
                    onWritten.yield()
                }
                try await worker.complete()
                return nil
            }
            var (turn, readers) = (written.makeAsyncIterator(), 0)
            for position in 0...Self.positions {
                // What is written now and who joins now meet in any order; the last turn is over.
                onTurn.yield(position)
                if position > 0 { _ = await turn.next() }
                var ways = [JoinedReader.Way.cursor(EventLogPosition(Int64(position)))]
                if position % 10 == 0 { ways += ["", "?from=start", "?from=now"].map { .query($0) } }
                for way in ways {
                    readers += 1
                    group.addTask { try await JoinedReader(server, worker.job, way) { onOpened.yield() } }
                }
            }
            var open = opened.makeAsyncIterator()
            for _ in 0..<readers { _ = await open.next() }
            onTurn.finish()
            return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
    }
}

/// A reader that joined a job and read it to its end.
private struct JoinedReader: Sendable {
    /// How it said where it begins.
    enum Way: Equatable, Sendable {
        case cursor(EventLogPosition), query(String)
    }

    let way: Way
    /// The cursor that it had before the first event, by its own or as it was told.
    let start: EventLogPosition
    let events: [WireBlock]

    init(_ server: TestServer, _ job: JobID, _ way: Way, onOpen: () -> Void) async throws {
        self.way = way
        var stream: WireStream
        switch way {
        case .cursor(let cursor): stream = try await WireStream(server, of: job, cursor: "\(cursor)")
        case .query(let query): stream = try await WireStream(server, of: job, query)
        }
        var opening = try #require(try await stream.reader.block())
        #expect(opening.event == "stream.open")
        if way == .query("") {
            opening = try #require(try await stream.reader.block())
            #expect(opening.event == "stream.snapshot")
        }
        onOpen()
        start = try #require(EventLogPosition(text: opening.id))
        if case .cursor(let cursor) = way { #expect(start == cursor) }
        let blocks = try await stream.read(through: "stream.end")
        try blocks.expectComplete()
        events = blocks.stored
        await stream.cut()
    }
}
