import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// Retention deletes whole ended jobs, records it, and leaves a log that proves the rest (P5, P10).
@Suite("Pruning")
struct PruneTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let tables = [
        "jobs", "job_tags", "steps", "waits", "artifacts", "snapshots", "past_states", "content_uses",
        "payloads",
    ]

    /// A job with a step, a wait, a file, a large value and `lines` lines, that has ended.
    private func ended(_ sample: SampleLog, lines: Int = 3) async throws -> JobID {
        let (job, token) = try await sample.running()
        let value = try sample.log.payload(.string(String(repeating: "\(job)", count: 3_000)))
        try await sample.log.write { transaction in
            value.keep(in: transaction)
            let event = AppEmitted(name: "large", payload: value.payload)
            try transaction.execute(.work(token, .emit(event)), on: job, by: .worker("worker-1"))
        }
        try await sample.save("a.txt", Array(job.description.utf8), on: job, token)
        try await sample.work(
            [
                .startStep(StepKey("one"), recorded: nil),
                .completeStep(StepKey("one"), output: .null, duration: 5, recorded: nil),
                .openCheckpoint(CheckpointOpened(checkpoint: WaitKey(.checkpoint, "gate")), recorded: nil),
            ] + (0..<lines).map { .note($0) } + [.complete(output: .null)], on: job, token)
        return job
    }

    private func prune(
        _ jobs: [JobID], _ sample: SampleLog, limit: Int = 1_000
    ) async throws -> PruneOutcome {
        try await sample.log.write { try $0.prune(jobs, limit: limit, reason: "rule 7", by: .person("ana")) }
    }

    @Test func `a job goes with all that is its own, and what others use stays`() async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            let (kept, gone) = (try await ended(sample), try await ended(sample))
            let outcome = try await prune([gone], sample)
            #expect(outcome.jobs.map(\.id) == [gone])
            #expect(outcome.events == 11)
            #expect(try await sample.log.read { try $0.job(gone) } == nil)
            #expect(try await sample.log.read { try $0.events(EventQuery(job: gone)).events.isEmpty })
            #expect(try await sample.state(kept).phase.name == .completed)
            let event = try #require(
                try await sample.log.read { try $0.events(EventQuery(limit: 1, fromEnd: true)).events.first })
            #expect(event.kind == "engine.pruned")
            #expect(event.data.text.contains("rule 7"))
        }
        let plain = try PlainDatabase(folder.file())
        for table in Self.tables where table != "job_tags" && table != "snapshots" {
            #expect(try plain.dump(table).count > 0, "\(table)")
        }
        #expect(try plain.value("SELECT count(*) FROM payloads") == "1")
        #expect(try plain.value("SELECT count(*) FROM blobs WHERE sha256 IS NOT NULL") == "1")
        #expect(try plain.value("SELECT count(*) FROM steps") == "1")
        #expect(try store.audit().findings == [])
    }

    @Test(arguments: [1, 7, 100])
    func `a large job goes in parts, is gone with the first, and a log in the middle is sound`(
        limit: Int
    ) async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            let job = try await ended(sample, lines: 300)
            let first = try await prune([job], sample, limit: limit)
            #expect(first.jobs.map(\.isPartly) == [true])
            #expect(first.events == limit)
            #expect(try await sample.log.read { try $0.job(job) } == nil)
            #expect(try store.audit().findings == [])
            try store.rebuildProjections()
            #expect(try store.audit().findings == [])
            while try await prune([job], sample, limit: 100).jobs.first?.isPartly == true {}
            #expect(try await prune([job], sample).spared == [job: .unknown])
        }
        let plain = try PlainDatabase(folder.file())
        for table in Self.tables { #expect(try plain.dump(table).isEmpty, "\(table)") }
        #expect(try plain.value("SELECT count(*) FROM events WHERE job IS NOT NULL") == "0")
        #expect(try store.audit().findings == [])
    }

    @Test func `a job that has not ended, and one whose parent may ask for it, stay`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let jobs = try await sample.oneOfEach()
            let outcome = try await prune(jobs.values.sorted(), sample)
            #expect(Set(outcome.jobs.map(\.state)) == [.completed, .failed, .cancelled])
            #expect(Set(outcome.spared.values) == [.unfinished])
            #expect(outcome.spared.count == jobs.count - 3)
            let unknown = sample.newID()
            #expect(try await prune([unknown], sample).spared == [unknown: .unknown])
            let (child, parent, token) = try await sample.endedChild()
            #expect(try await prune([child], sample).spared == [child: .awaited])
            try await sample.work([.complete(output: .null)], on: parent, token)
            #expect(try await prune([child], sample).jobs.map(\.id) == [child])
        }
    }

    @Test func `positions are not used again, and the file gets smaller`() async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            var jobs: [JobID] = []
            for _ in 0..<20 { jobs.append(try await ended(sample, lines: 50)) }
            let before = try #require(
                try PlainDatabase(folder.file()).value("PRAGMA page_count").flatMap(Int.init))
            let head = try await sample.log.read { try $0.head().position }
            while try await !prune(jobs, sample, limit: 200).jobs.isEmpty {}
            let next = try await sample.enqueue()
            let event = try #require(
                try await sample.log.read { try $0.events(EventQuery(job: next)).events.first })
            #expect(event.position > head)
            var free = Int.max
            while case let rest = try await sample.log.write({ try $0.releasePages(limit: 8) }), rest < free {
                free = rest
            }
            let after = try #require(
                try PlainDatabase(folder.file()).value("PRAGMA page_count").flatMap(Int.init))
            #expect(after < before / 2, "\(before) pages became \(after)")
        }
        #expect(try store.audit().findings == [])
    }

    @Test func `a command that fails after it pruned takes all of it back`() async throws {
        struct ChangeOfMind: Error {}
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            let job = try await ended(sample)
            let before = try store.audit()
            await #expect(throws: ChangeOfMind.self) {
                try await sample.log.write { transaction in
                    _ = try transaction.prune([job], limit: 5, reason: nil, by: .person("ana"))
                    throw ChangeOfMind()
                }
            }
            #expect(try store.audit() == before)
            #expect(try await sample.state(job).phase.name == .completed)
        }
    }
}
