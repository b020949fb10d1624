import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("What a view begins with", .timeLimit(.minutes(1)))
struct ViewOpeningTests {
    @Test func `every connection is greeted, with the cursor that it came with`() async throws {
        try await TestServer.runShowing(ParcelView(greets: true)) { server in
            let job = try await server.deliveredParcel()
            let first = try await server.parcel(job)
            #expect(first[0].lines == [": parcel of \(job)"])
            #expect(first[1]["id"] == "0")
            #expect(first[1]["event"] == "connected")
            #expect(first[2].lines == ["retry: 2000"])
            let again = try await server.parcel(job, cursor: first[3]["id"])
            #expect(again[1]["id"] == first[3]["id"])
            #expect(again[1]["data"] != first[1]["data"], "each connection has an id of its own")
            #expect(again.dropFirst(3).filter(\.isEvent) == first.dropFirst(4).filter(\.isEvent))
        }
    }

    @Test func `a snapshot stands for what was, and the events after it follow`() async throws {
        try await TestServer.runShowing(ParcelView(beginsWithSnapshot: true)) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            try await worker.step("porto")
            try await worker.step("lisboa")
            let position = try await server.head().description
            var stream = try await WireStream(server, "/parcels/p_\(worker.job)")
            let snapshot = try await stream.viewedEvents(3)
            #expect(snapshot.map { $0["id"] } == ["snapshot", "snapshot", position])
            #expect(snapshot.map { $0["event"] } == ["parcel", "stop", "stop"])
            #expect(snapshot.map { $0["data"] } == ["{}", #""porto""#, #""lisboa""#])

            try await worker.step("faro")
            try await worker.complete()
            let rest = try await stream.viewedBlocks().filter(\.isEvent)
            #expect(rest.map { $0["event"] } == ["arrived", "scanned", "left", "delivered"])
            #expect(rest[0]["data"] == #"{"at":"faro","number":3}"#)
            #expect(try await server.parcel(worker.job, cursor: position).filter(\.isEvent) == rest)
        }
    }

    @Test(arguments: ["snapshot", "0", "999999"])
    func `a cursor that is worth nothing begins again`(cursor: String) async throws {
        try await TestServer.runShowing(ParcelView(beginsWithSnapshot: true)) { server in
            let job = try await server.deliveredParcel()
            let events = try await server.parcel(job, cursor: cursor).filter(\.isEvent)
            #expect(events.map { $0["event"] } == ["parcel", "stop", "stop"])
            let head = try await server.head()
            #expect(events.last?["id"] == head.description)
        }
    }

    @Test func `the snapshot of a job that has ended is followed by the end`() async throws {
        try await TestServer.runShowing(ParcelView(beginsWithSnapshot: true)) { server in
            let job = try await server.deliveredParcel()
            let blocks = try await server.parcel(job)
            #expect(blocks.filter(\.isEvent).count == 3)
            let over = try await server.send(
                "GET", "/parcels/p_\(job)", headers: ["Last-Event-ID": blocks.last?["id"] ?? ""])
            #expect(over.status == 204)
        }
    }

    @Test(arguments: ["x", "1.", ".1", "1.2.3", "1.0", "0.1", "-1", "1.x"])
    func `a cursor that is none is refused`(cursor: String) async throws {
        try await TestServer.runShowing(ParcelView()) { server in
            let job = try await server.enqueue()
            let answer = try await server.send(
                "GET", "/parcels/p_\(job)", headers: ["Last-Event-ID": cursor])
            #expect(try answer.problem().kind == .invalidCursor)
        }
    }

    @Test func `events that are read anew after a retry of the job are those of both lives`() async throws {
        try await TestServer.runShowing(ParcelView()) { server in
            let job = try await server.deliveredParcel()
            try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
            let worker = try await HandWorker(server, job)
            try await worker.complete()
            let events = try await server.parcel(job).filter(\.isEvent)
            #expect(events.filter { $0["event"] == "delivered" }.count == 2)
            let firstEnd = try #require(events.first { $0["event"] == "delivered" })
            #expect(
                try await server.parcel(job, cursor: firstEnd["id"]).filter(\.isEvent) == [
                    events[events.count - 1]
                ])
        }
    }
}
