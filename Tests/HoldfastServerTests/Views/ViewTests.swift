import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Views of applications", .timeLimit(.minutes(1)))
struct ViewTests {
    @Test func `readers get the application's events, each with the position of what it was made of`()
        async throws
    {
        try await TestServer.runShowing(ParcelView()) { server in
            let job = try await server.deliveredParcel()
            let blocks = try await server.parcel(job)
            #expect(blocks.first == ViewedBlock(lines: ["retry: 2000"]))
            let events = blocks.filter(\.isEvent)
            #expect(
                events.map { $0["event"] } == [
                    "arrived", "scanned", "left", "log", "log", "arrived", "scanned", "left", "note",
                    "delivered",
                ])
            let positions = try await server.history(of: job).map { ($0.kind, $0.position.description) }
            let steps = positions.filter { $0.0 == "step.completed" }.map(\.1)
            #expect(
                events.prefix(3).map { $0["id"] } == ["\(steps[0]).1", "\(steps[0]).2", steps[0]])
            #expect(events.last?["id"] == positions.last?.1)
            #expect(events.last?["data"] == #"["porto","lisboa"]"#)
            #expect(
                events[8].lines == [
                    "id: \(positions[positions.count - 2].1)", "event: note", #"data: {"wet":true}"#,
                ])
            #expect(blocks.dropFirst().allSatisfy { $0.isEvent }, "a view sends no blocks of its own making")
        }
    }

    @Test(arguments: [true, false])
    func `a reader goes on behind each block, also in the middle of an event`(isNamed: Bool) async throws {
        try await TestServer.runShowing(ParcelView(isNamed: isNamed)) { server in
            let job = try await server.deliveredParcel()
            let events = try await server.parcel(job).filter(\.isEvent)
            #expect(events.allSatisfy { ($0["event"] != nil) == isNamed })
            for index in events.indices.dropLast() {
                let rest = try await server.parcel(job, cursor: events[index]["id"]).filter(\.isEvent)
                #expect(rest == Array(events[(index + 1)...]))
                let byQuery = try await server.parcel(job, "?last_event_id=\(events[index]["id"] ?? "")")
                #expect(byQuery.filter(\.isEvent) == rest)
            }
            let over = try await server.send(
                "GET", "/parcels/p_\(job)", headers: ["Last-Event-ID": events.last?["id"] ?? ""])
            #expect(over.status == 204)
        }
    }

    @Test(arguments: [1, 256])
    func `live readers get what a later replay gets`(pageEvents: Int) async throws {
        try await TestServer.runShowing(
            ParcelView(), { $0.streams.pageEvents = pageEvents }
        ) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let seen = try await withThrowingTaskGroup(of: [ViewedBlock].self) { group in
                for reader in 1...3 {
                    var live = try await WireStream(server, "/parcels/p_\(worker.job)")
                    group.addTask { try await live.viewedBlocks().filter(\.isEvent) }
                    // The later ones join in the middle.
                    for number in 1...10 {
                        server.clock.advance(by: .milliseconds(300))
                        try await worker.say("line \(number)")
                        if number.isMultiple(of: 4) {
                            try await worker.step(StepName(unchecked: "stop-\(reader)-\(number)"))
                        }
                    }
                }
                try await worker.complete()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let replay = try await server.parcel(worker.job).filter(\.isEvent)
            #expect(seen == [replay, replay, replay])
            let lines = replay.filter { $0["event"] == "log" }
            #expect(lines.count == 10, "30 lines, one each 0.3 s, the first of each second: \(lines)")
        }
    }

    @Test func `of what is throttled the first of each second is sent, whatever the cursor`() async throws {
        try await TestServer.runShowing(ParcelView()) { server in
            let job = try await server.deliveredParcel()
            let lines = try await server.parcel(job).filter { $0["event"] == "log" }
            #expect(lines.map { $0["data"] } == [#""first of its second""#, #""first of the next""#])
            // Behind the first of a second, the second one is still not the first.
            let history = try await server.history(of: job)
            let hidden = try #require(history.filter { $0.kind == "log.written" }.dropFirst().first)
            for cursor in [lines[0]["id"], hidden.position.description] {
                let rest = try await server.parcel(job, cursor: cursor).filter { $0["event"] == "log" }
                #expect(rest == [lines[1]])
            }
        }
    }

    @Test func `a value that is kept beside the log is sent as well`() async throws {
        try await TestServer.runShowing(ParcelView()) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let text = "\"" + String(repeating: "x", count: 100_000) + "\""
            var live = try await WireStream(server, "/parcels/p_\(worker.job)")
            try await worker.emit("photo", text)
            try await worker.complete()
            #expect(try await live.viewedBlocks().first { $0.isEvent }?["data"] == text)
            #expect(try await server.parcel(worker.job).first { $0.isEvent }?["data"] == text)
        }
    }

    @Test func `what a view refuses cuts its readers and nobody else, and the log says why`() async throws {
        let lines = LogLines()
        try await TestServer.runShowing(ParcelView(), logger: lines.logger) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            var (live, plain) = (
                try await WireStream(server, "/parcels/p_\(worker.job)"),
                try await WireStream(server, of: worker.job, "?from=start")
            )
            try await worker.emit("note", "1")
            #expect(try await live.viewedEvents(1).count == 1)
            try await worker.emit("lost", "2")
            await #expect(throws: WireFault.cutOff) { try await live.viewedBlocks() }
            let why = "a stream was cut: the view parcels refuses the event at \(try await server.head())"
            #expect(lines.all.contains { $0.hasPrefix(why) })
            try await worker.complete()
            _ = try await plain.read(through: "stream.end")
        }
    }

    @Test func `only the chosen names are sent, and the end is known all the same`() async throws {
        try await TestServer.runShowing(ParcelView()) { server in
            let job = try await server.deliveredParcel()
            let all = try await server.parcel(job).filter(\.isEvent)
            let chosen = try await server.parcel(job, "?types=scanned,note")
            #expect(
                chosen.filter(\.isEvent)
                    == all.filter { ["scanned", "note"].contains($0["event"] ?? "") })
            // A block without data moves the cursor and is no event.
            let head = try await server.head()
            #expect(chosen.last?.lines == ["id: \(head)"])
            let over = try await server.send(
                "GET", "/parcels/p_\(job)?types=scanned", headers: ["Last-Event-ID": chosen.last?["id"] ?? ""]
            )
            #expect(over.status == 204)
        }
    }

    @Test func `the fold can be asked for, and counts on when there is more`() async throws {
        try await TestServer.runShowing(ParcelView()) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let path = "/parcels/p_\(worker.job)/stops"
            #expect(try await server.send("GET", path).body == #"{"stops":[]}"#)
            for count in 1...3 {
                try await worker.step(StepName(unchecked: "stop-\(count)"))
                let stops = (1...count).map { "\"stop-\($0)\"" }.joined(separator: ",")
                #expect(try await server.send("GET", path).body == "{\"stops\":[\(stops)]}")
            }
            let unknown = try await server.send("GET", "/parcels/p_\(JobID(high: 1, low: 2))/stops")
            #expect(try unknown.problem().kind == .unknownJob)
        }
    }
}
