import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("No stream loses, repeats or reorders an event", .timeLimit(.minutes(1)))
struct StreamPropertyTests {
    @Test(arguments: 1...8)
    func `whatever order writes, reads, cuts and resumes come in`(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let pageEvents = Int.random(in: 1...5, using: &random)
        let recentEvents = Int.random(in: 0...8, using: &random)
        let memoryBytes = Int.random(in: 0...8_000, using: &random)
        try await TestServer.run({ server, engine in
            server.streams.pageEvents = pageEvents
            server.streams.memoryBytes = memoryBytes
            engine.log.recentEvents = recentEvents
        }) { server in
            let job = try await server.enqueue()
            let bystander = try await HandWorker(server, try await server.enqueue())
            var worker = try await HandWorker(server, job)
            var readers = Array(repeating: RestlessReader(), count: 3)
            for _ in 1...80 {
                let reader = Int.random(in: readers.indices, using: &random)
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<3: try await worker.say(lines(&random))
                case 3: try await bystander.say("of another job")
                case 4:
                    try await worker.complete()
                    try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
                    worker = try await HandWorker(server, job)
                case 5, 6: await readers[reader].cut()
                default: try await readers[reader].read(one: job, server)
                }
            }
            try await worker.complete()
            let history = try await server.blocks(of: job)
            for index in readers.indices {
                try await readers[index].finish(job, server)
                #expect(readers[index].collected == history)
            }
        }
    }

    @Test(arguments: 1...4)
    func `while a writer and readers that come and go run at once`(seed: UInt64) async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 3 }) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let job = worker.job
            let collected = try await withThrowingTaskGroup(of: [WireBlock]?.self) { group in
                group.addTask {
                    var random = SeededRandom(seed: seed)
                    for _ in 1...60 { try await worker.say(lines(&random)) }
                    try await worker.complete()
                    return nil
                }
                for number in 1...4 {
                    group.addTask {
                        var random = SeededRandom(seed: seed * 10 + UInt64(number))
                        var reader = RestlessReader()
                        for _ in 1...12 {
                            let count = Int.random(in: 0...6, using: &random)
                            guard try await reader.read(stored: count, job, server) else { break }
                            await reader.cut()
                        }
                        try await reader.finish(job, server)
                        return reader.collected
                    }
                }
                return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
            }
            let history = try await server.blocks(of: job)
            #expect(collected.count == 4)
            for blocks in collected { #expect(blocks == history) }
        }
    }
}

private func lines(_ random: inout SeededRandom) -> [String] {
    (0..<Int.random(in: 1...5, using: &random)).map { "line \($0)" }
}

/// Reads a stream from its beginning, and comes back with its last id after each cut and each end.
private struct RestlessReader {
    private(set) var collected: [WireBlock] = []
    private var cursor = "0"
    private var stream: WireStream?

    /// Breaks off, in the middle of whatever was sent and not read.
    mutating func cut() async {
        await stream?.cut()
        stream = nil
    }

    /// Reads one event if the log has one that was not read yet.
    mutating func read(one job: JobID, _ server: TestServer) async throws {
        guard try await server.history(of: job).count > collected.count else { return }
        #expect(try await read(stored: 1, job, server), "the stream is over though the log has more")
    }

    /// Reads so many events.
    ///
    /// - Returns: False when the job was over before.
    mutating func read(stored count: Int, _ job: JobID, _ server: TestServer) async throws -> Bool {
        let wanted = collected.count + count
        while collected.count < wanted {
            guard try await readBlock(job, server) else { return false }
        }
        return true
    }

    /// Reads until the server says that the job is over.
    mutating func finish(_ job: JobID, _ server: TestServer) async throws {
        while try await readBlock(job, server) {}
    }

    private mutating func readBlock(_ job: JobID, _ server: TestServer) async throws -> Bool {
        if stream == nil {
            let opened = try await WireStream(server, of: job, cursor: cursor)
            guard opened.head.status != 204 else { return false }
            stream = opened
        }
        guard let block = try await stream?.reader.block() else { throw WireFault.cutOff }
        cursor = block.id
        if block.isStored { collected.append(block) }
        if block.event == "stream.end" { await cut() }
        return true
    }
}
