import HoldfastCore
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Cutting and resuming a stream", .timeLimit(.minutes(1)))
struct StreamResumeTests {
    @Test func `what a stream from the start sends is the history, byte for byte`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let lines = try await server.send("GET", "/v1/jobs/\(job)/events?format=ndjson").body
            var stream = try await WireStream(server, of: job, "?from=start")
            let sent = try await stream.read(through: "stream.end").stored
            #expect(sent.map { $0.data + "\n" }.joined() == lines)
            let envelopes = try await server.history(of: job).map(\.envelope.text)
            #expect(Array(lines.utf8) == envelopes.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] })
        }
    }

    @Test func `a stream cut after any block goes on with the next event`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let history = try await server.blocks(of: job)
            for count in history.indices {
                var stream = try await WireStream(server, of: job, "?from=start")
                let before = try await stream.read(stored: count)
                await stream.cut()
                // The cursor of a reader that has seen nothing yet is that of the first block.
                let cursor = before.last?.id ?? "0"
                var resumed = try await WireStream(server, of: job, cursor: cursor)
                let after = try await resumed.read(through: "stream.end")
                #expect(before.stored + after.stored == history, "cut after \(count)")
            }
        }
    }

    @Test(arguments: 1...5)
    func `cut at ten random places, also within a block, the parts are the history`(seed: UInt64) async throws
    {
        var random = SeededRandom(seed: seed)
        try await TestServer.run({ server, _ in server.streams.pageEvents = 7 }) { server in
            let job = try await server.finishedJob(lines: 90)
            let history = try await server.blocks(of: job)
            var collected: [WireBlock] = []
            var cursor = "0"
            for _ in 1...10 {
                var stream = try await WireStream(server, of: job, cursor: cursor)
                let blocks = try await stream.read(stored: Int.random(in: 0...9, using: &random))
                // Of a block that did not arrive whole a reader keeps nothing, not even its id.
                for _ in 0..<Int.random(in: 0...2, using: &random) { _ = try await stream.reader.line() }
                await stream.cut()
                collected += blocks.stored
                cursor = blocks.last?.id ?? cursor
            }
            var stream = try await WireStream(server, of: job, cursor: cursor)
            collected += try await stream.read(through: "stream.end").stored
            #expect(collected == history)
        }
    }

    @Test func `a reader cut before its snapshot arrived is not taken for one that has it`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            var stream = try await WireStream(server, of: job)
            let open = try #require(try await stream.reader.block())
            await stream.cut()
            var resumed = try await WireStream(server, of: job, cursor: open.id)
            #expect(try await resumed.read(through: "stream.end").stored == server.blocks(of: job))
        }
    }

    @Test func `the ids of control blocks are cursors as good as those of events`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            var stream = try await WireStream(server, of: job)
            let opening = try await stream.read(through: "stream.caught_up")
            await stream.cut()
            try await worker.say("meanwhile")
            try await worker.complete()
            for block in opening.dropFirst() {
                var resumed = try await WireStream(server, of: job, cursor: block.id)
                #expect(
                    try await resumed.read(through: "stream.end").stored
                        == Array(server.blocks(of: job).suffix(2)))
            }
        }
    }
}
