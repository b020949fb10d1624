import Testing

/// A browser's `EventSource` that watches one job: it comes back with the id of the last event that it got, and knows
/// nothing else.
struct AppReader {
    /// The id of each event of a snapshot but the last: whoever comes back with it gets the snapshot again.
    private static let snapshot = "snapshot"

    let app: WatchedApp
    var id: String?
    /// What came, the last snapshot included.
    private(set) var seen: [StreamBlock] = []

    init(app: WatchedApp, id: String? = nil) {
        self.app = app
        self.id = id
    }

    /// The path of the stream.
    var path: String { app.stream.replacing("ID", with: id ?? "") }
    /// The events behind the snapshot; all where there is none.
    var events: ArraySlice<StreamBlock> {
        seen.first?.id == AppReader.snapshot
            ? seen.drop { $0.id == AppReader.snapshot }.dropFirst() : seen[...]
    }

    /// Reads so many events, or to the end of the stream.
    mutating func read(_ count: Int, from server: Server) async throws {
        try await read(from: server, until: { $1 == count })
    }

    /// Reads up to an event of a name, or to the end of the stream.
    mutating func read(through event: String, from server: Server) async throws {
        if seen.last?.event != event { try await read(from: server, until: { last, _ in last == event }) }
    }

    private mutating func read(
        from server: Server, until isEnough: (_ last: String, _ count: Int) -> Bool
    ) async throws {
        var (stream, count) = (
            try await EventStream(server.url + path, lastEventID: seen.last?.id), 0
        )
        guard stream.status == 200 else { return #expect(stream.status == 204) }
        if seen.last?.id == AppReader.snapshot { seen = [] }
        while !isEnough(seen.last?.event ?? "", count), let block = try await stream.next() {
            if !block.event.isEmpty, block.event == app.greeting { continue }
            seen.append(block)
            count += 1
        }
    }

    /// Checks that what was read in pieces is what there is, that each event has an id of its own, and that there is no
    /// more.
    func mustBeWhole(on server: Server) async throws {
        #expect(seen.last?.event == app.lastEvent, "\(seen.suffix(2))")
        #expect(Set(events.map(\.id)).count == events.count)
        if app.replays {
            var whole = AppReader(app: app, id: id)
            try await whole.read(.max, from: server)
            #expect(whole.seen == seen)
        }
        // Behind the first event, or behind the snapshot.
        let start = seen.count - events.count
        var rest = AppReader(app: app, id: id)
        rest.seen = [seen[max(0, start - 1)]]
        try await rest.read(.max, from: server)
        #expect(rest.seen[...] == seen[max(0, start - 1)...])
        let over = try await EventStream(server.url + path, lastEventID: seen.last?.id)
        #expect(over.status == 204)
    }
}
