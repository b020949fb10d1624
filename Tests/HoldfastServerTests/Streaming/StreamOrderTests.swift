import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("The order of a stream", .timeLimit(.minutes(1)))
struct StreamOrderTests {
    @Test func `a stream without a cursor gives a snapshot, then what comes, then the end`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            try await worker.step("parse")
            let last = try await worker.say("before")
            var stream = try await WireStream(server, of: job)
            let opening = try await stream.read(through: "stream.caught_up")
            #expect(opening.map(\.event) == ["stream.open", "stream.snapshot", "stream.caught_up"])
            #expect(opening.map(\.id) == ["0", "\(last)", "\(last)"])

            try await worker.say("after")
            try await worker.complete()
            let rest = try await stream.read(through: "stream.end")
            let history = try await server.blocks(of: job)
            #expect(rest.dropLast() == history.suffix(2))
            #expect(rest.last?.id == history.last?.id)
            try (opening + rest).expectComplete()
        }
    }

    @Test func `a stream from the start gives every event, and tells where the past ends`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            var stream = try await WireStream(server, of: job, "?from=start")
            let blocks = try await stream.read(through: "stream.end")
            let history = try await server.blocks(of: job)
            #expect(blocks.first?.event == "stream.open")
            #expect(Array(blocks.dropFirst().dropLast(2)) == history)
            #expect(blocks.suffix(2).map(\.event) == ["stream.caught_up", "stream.end"])
            #expect(blocks.suffix(2).map(\.id) == [history.last?.id, history.last?.id])
            try blocks.expectComplete()
        }
    }

    @Test func `the head of the answer keeps proxies and caches from holding the stream back`() async throws {
        try await TestServer.run { server in
            let stream = try await WireStream(server, of: try await server.enqueue())
            #expect(stream.head.status == 200)
            #expect(stream.head.headers["content-type"] == "text/event-stream")
            #expect(stream.head.headers["cache-control"] == "no-store, no-transform")
            #expect(stream.head.headers["x-accel-buffering"] == "no")
            #expect(stream.head.headers["content-length"] == nil)
        }
    }

    @Test func `the first block names the log and its bounds, and how long to wait before coming back`()
        async throws
    {
        try await TestServer.run { server in
            try await server.finishedJob()
            let job = try await server.enqueue()
            let first = try #require(try await server.history(of: job).first).position
            let tail = try await server.head()
            var stream = try await WireStream(server, of: job, "?from=now")
            let blocks = try await stream.read(through: "stream.caught_up")
            let open = try #require(blocks.first)
            #expect(
                open.data
                    == #"{"log":"\#(server.engine.log.backend.identity)","from":"\#(tail)","#
                    + #""earliest":"\#(first)","tail":"\#(tail)"}"#)
            #expect(blocks.map(\.retry) == [2000, nil])
        }
    }

    @Test func `the last block says how the job ended`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            try await server.engine.steer(.cancel(reason: "enough"), job, by: .person("ana"))
            var stream = try await WireStream(server, of: job)
            let end = try #require(try await stream.read(through: "stream.end").last)
            #expect(end.data == #"{"job":"\#(job)","state":"cancelled","position":"\#(end.id)"}"#)
        }
    }
}

@Suite("The snapshot of a stream", .timeLimit(.minutes(1)))
struct StreamSnapshotTests {
    @Test func `it holds the state, the steps and the newest logs of one moment`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            try await worker.step("parse")
            server.clock.advance(by: .seconds(1))
            try await worker.work(.startStep(StepKey("load"), recorded: nil))
            try await worker.say((1...60).map { "line \($0)" })
            var stream = try await WireStream(server, of: job)
            let fields = try #require(try await stream.read(through: "stream.snapshot").last).fields()

            #expect(fields.keys == ["position", "job", "state", "steps", "logs", "checkpoints"])
            #expect(try fields.string("position") == "\(try await server.head())")
            #expect(try fields.string("job") == "\(job)")
            #expect(fields.raw("state") == JobStateCodec.encode(try await server.engine.state(of: job)))
            let steps = try #require(fields.raw("steps").flatMap(JSONValues.elements)).map(JSONFields.init)
            #expect(try steps.map { try $0.string("name") } == ["parse", "load"])
            #expect(try steps.map { try $0.string("status") } == ["completed", "started"])
            let logs = try await server.history(of: job).filter { $0.kind == "log.written" }.suffix(50)
            #expect(fields.raw("logs").flatMap(JSONValues.elements) == logs.map(\.envelope))
            #expect(fields.raw("checkpoints")?.text == "[]")
        }
    }

    @Test func `it has the checkpoints that wait for a person, and no others`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            for name in ["b", "a"] as [WaitName] {
                let opened = CheckpointOpened(checkpoint: WaitKey(.checkpoint, name))
                try await worker.work(.openCheckpoint(opened, recorded: nil))
            }
            func open() async throws -> [JSONText]? {
                var stream = try await WireStream(server, of: worker.job)
                let fields = try #require(try await stream.read(through: "stream.snapshot").last).fields()
                return fields.raw("checkpoints").flatMap(JSONValues.elements)
            }
            let opened = try await server.history(of: worker.job).filter { $0.kind == "checkpoint.opened" }
            #expect(try await open() == opened.map(\.envelope))
            _ = try await server.engine.decide(.approve, "b", of: worker.job, by: .person("ana"))
            #expect(try await open() == opened.dropFirst().map(\.envelope))
        }
    }

    @Test func `what comes after it begins right behind its position`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            async let writing: Void = {
                for number in 1...200 { try await worker.say("line \(number)") }
                try await worker.complete()
            }()
            for _ in 1...10 {
                var stream = try await WireStream(server, of: job)
                let snapshot = try #require(try await stream.read(through: "stream.snapshot").last)
                let position = try #require(EventLogPosition(text: snapshot.id))
                let rest = try await stream.read(through: "stream.end").stored
                let history = try await server.history(of: job).filter { $0.position > position }
                #expect(rest == history.map(block(of:)))
                await stream.cut()
            }
            try await writing
        }
    }

    @Test(arguments: ["?from=start", "?from=now", "?from=last:2", "?last_event_id=1"])
    func `there is none for a reader that says where it begins`(query: String) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            var stream = try await WireStream(server, of: job, query)
            let blocks = try await stream.read(through: "stream.end")
            #expect(!blocks.map(\.event).contains("stream.snapshot"))
        }
    }
}
