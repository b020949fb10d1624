import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Artifacts", .timeLimit(.minutes(1)))
struct ArtifactTests {
    @Test func `a file is there the moment it was saved, while the job runs and after it failed`()
        async throws
    {
        let (isSaved, gate) = (Milestone(), Milestone())
        try await TestEngine.runChores { _, context in
            let saved = try await context.save(artifact: "report.txt", "all is well")
            #expect(saved.bytes == 11 && saved.mediaType == .text)
            #expect(saved.sha256 == SHA256Sum(of: "all is well").hexadecimal)
            isSaved.reach()
            try await gate.wait()
            throw Mishap()
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: RetryPolicy.none))
            #expect(try await handle.artifacts() == [])
            try await isSaved.wait()
            let artifact = try #require(try await handle.artifacts().first)
            #expect(try await bench.text(of: artifact) == "all is well")
            gate.reach()
            try await bench.reached(.jobFailed)
            #expect(try await handle.artifacts() == [artifact])
            #expect(try await bench.engine.artifact("report.txt", of: handle.id) == artifact)
            #expect(try await bench.text(of: artifact) == "all is well")
            let kinds = try await bench.kinds(of: handle.id)
            #expect(kinds == [.jobEnqueued, .jobStarted, .artifactSaved, .jobFailed])
        }
    }

    @Test func `a handler that begins again saves nothing twice`() async throws {
        try await TestEngine.runChores {
            $0.log.artifactChunkBytes = 4
        } chore: { _, context in
            try await context.save(artifact: "short", "abc")
            try await context.save(artifact: "long", "abcdefghijk")
            try await context.save(artifact: "stream", contentsOf: Pieces([[1, 2, 3], [4, 5, 6], [7]]))
            if context.attempt == 1 { throw Mishap() }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            _ = try await handle.result()
            let saved = try await bench.kinds(of: handle.id).filter { $0 == .artifactSaved }
            #expect(saved.count == 3)
            #expect(try await handle.artifacts().map(\.name) == ["long", "short", "stream"])
            #expect(try await bench.engine.log.read { try $0.uploads(limit: 9) } == [])
        }
    }

    @Test func `a later file of a name replaces the one before, and equal bytes are kept once`() async throws
    {
        let writes = Trace<WriteSet.BlobChange>()
        let store = FaultyStore(InMemoryStore())
        store.inspectWrites { for change in $0.blobs { writes.add(change) } }
        try await TestEngine.runChores(over: store) { _, context in
            try await context.save(artifact: "a", "first")
            try await context.save(artifact: "b", mediaType: "text/markdown", "first")
            try await context.save(artifact: "a", "second")
            let first = try #require(try await context.artifacts().last)
            try await context.save(artifact: "c/copy", copying: first)
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let artifacts = try await handle.artifacts()
            #expect(artifacts.map(\.name) == ["a", "b", "c/copy"])
            var texts: [String] = []
            for artifact in artifacts { texts.append(try await bench.text(of: artifact)) }
            #expect(texts == ["second", "first", "first"])
            #expect(artifacts.map(\.mediaType) == [.text, "text/markdown", "text/markdown"])
            // A chunk and its completion, for each of two contents.
            #expect(writes.elements.count == 4)
        }
    }

    @Test func `a job takes over the files of another, which may go on`() async throws {
        let first = Trace<JobID>()
        try await TestEngine.runChores { _, context in
            guard let other = first.elements.first else {
                try await context.save(artifact: "a", "first")
                return "done"
            }
            for file in try await context.artifacts(of: other) {
                try await context.save(artifact: file.name, copying: file)
            }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            first.add(handle.id)
            let taker = try await bench.engine.enqueue(Chore())
            _ = try await taker.result()
            #expect(try await taker.artifacts().map(\.saved) == handle.artifacts().map(\.saved))
        }
    }

    @Test func `a file of five megabytes goes in chunks, holds up nobody and comes back byte for byte`()
        async throws
    {
        let largest = Trace<Int>()
        let store = FaultyStore(InMemoryStore())
        store.inspectWrites { writes in
            let bytes = writes.blobs.reduce(0) { sum, change in
                if case .append(_, _, let content) = change { sum + content.count } else { sum }
            }
            largest.add(bytes)
        }
        let pieces = (0..<500).map { number in [UInt8](repeating: UInt8(number % 251), count: 10_007) }
        try await TestEngine.runChores(over: store) { _, context in
            let saved = try await context.save(
                artifact: "large.bin", mediaType: .bytes, contentsOf: Pieces(pieces))
            return "\(saved.bytes)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            #expect(try await handle.result() == "5003500")
            let artifact = try #require(try await handle.artifacts().first)
            var content: [UInt8] = []
            for try await chunk in bench.engine.content(of: artifact) { content += chunk }
            #expect(content == pieces.flatMap { $0 })
            var rest: [UInt8] = []
            for try await chunk in bench.engine.content(of: artifact, from: 5_003_490) { rest += chunk }
            #expect(rest == content.suffix(10))
        }
        #expect((largest.elements.max() ?? 0) <= 256 * 1024)
        #expect(largest.elements.filter { $0 > 0 }.count == 20)
    }

    @Test func `a file that cannot be saved to its end leaves nothing`() async throws {
        try await TestEngine.runChores {
            $0.log.artifactChunkBytes = 4
            $0.log.artifactLimit = 10
        } chore: { chore, context in
            await #expect(throws: Mishap.self) {
                try await context.save(
                    artifact: "torn", contentsOf: Pieces([[1, 2, 3, 4, 5, 6]], failing: true))
            }
            try await context.save(
                artifact: "fits", contentsOf: Pieces([[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]))
            try await context.save(
                artifact: "more", contentsOf: Pieces([[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11]]))
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            let failed = try await bench.reached(.jobFailed)
            guard case .job(.failed(let event)) = failed.event else { return }
            #expect(event.cause == .discarded)
            #expect(event.failure.message.contains("\"more\" has more than 10 bytes"))
            #expect(try await handle.artifacts().map(\.name) == ["fits"])
            #expect(try await bench.engine.log.read { try $0.uploads(limit: 9) } == [])
        }
    }

    @Test func `what a process that died had not saved to its end is removed by another one`() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        let upload = Trace<BlobUpload>()
        try await TestEngine.idle(over: store, clock: clock) { engine in
            let job = try await engine.enqueue(Chore()).id
            try await engine.log.write { transaction in
                let start = JobCommand.start(worker: "w", engine: "dead")
                let events = try transaction.execute(start, on: job, by: .worker("w"))
                let token = LeaseToken(try #require(events.first).position)
                let begun = BlobUpload(id: "torn", job: job, token: token)
                for start in 0..<3 { try transaction.append([1, 2], to: begun, at: Int64(start) * 2) }
                upload.add(begun)
            }
        }
        try store.announce("dead")
        store.declareDead("dead")
        try await TestEngine.runChores(over: store, clock: clock) { _, context in
            try await context.save(artifact: "whole", "ab")
            return "done"
        } test: { bench in
            let job = try #require(upload.elements.first?.job)
            #expect(try await bench.engine.handle(job, as: Chore.self).result() == "done")
            try await clock.timer(at: clock.timestamp + bench.engine.configuration.reapingInterval)
            clock.advance(by: bench.engine.configuration.reapingInterval)
            // The reaper waits for its next look once it has removed what was left.
            try await clock.timer(at: clock.timestamp + bench.engine.configuration.reapingInterval)
            #expect(try await bench.engine.log.read { try $0.uploads(limit: 9) } == [])
            #expect(try await bench.engine.artifacts(of: job).map(\.name) == ["whole"])
        }
    }

    @Test func `a job that is not there has no list, and one without files has an empty one`() async throws {
        try await TestEngine.idle { engine in
            let job = try await engine.enqueue(Chore()).id
            #expect(try await engine.artifacts(of: job) == [])
            await #expect(throws: JobRejection.unknownJob) {
                try await engine.artifacts(of: JobID(high: 1, low: 2))
            }
        }
    }
}

/// Hands out pieces one after another, as something that reads a file would.
private struct Pieces: AsyncSequence, AsyncIteratorProtocol, Sendable {
    private var pieces: ArraySlice<[UInt8]>
    private let fails: Bool

    init(_ pieces: [[UInt8]], failing: Bool = false) {
        self.pieces = pieces[...]
        fails = failing
    }

    func makeAsyncIterator() -> Pieces { self }

    mutating func next() async throws -> [UInt8]? {
        if pieces.isEmpty, fails { throw Mishap() }
        return pieces.popFirst()
    }
}

extension TestEngine {
    /// The bytes of a file as text.
    fileprivate func text(of artifact: ArtifactRecord) async throws -> String {
        var bytes: [UInt8] = []
        for try await chunk in engine.content(of: artifact) { bytes += chunk }
        return String(decoding: bytes, as: UTF8.self)
    }
}
