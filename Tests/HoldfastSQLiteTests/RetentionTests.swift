import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Synchronization
import Testing

/// Rules say which jobs go: by age, number and size, and a run of them leaves nothing behind.
@Suite("Retention")
struct RetentionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs the body with a log and an engine on the same file, which see the same clock.
    private func with(_ body: (SampleLog, JobEngine) async throws -> Void) async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            let engine = try JobEngine(
                try folder.store(), environment: .testing(clock: sample.clock))
            try await engine.closing { try await body(sample, $0) }
        }
        #expect(try store.audit().findings == [])
    }

    /// A job with lines, a large value of `large` letters and a file of `file` bytes, that ends a second after the one before.
    private func ended(
        _ sample: SampleLog, kind: JobKind = "sample.job", large: Int = 0, file: Int = 0
    ) async throws -> JobID {
        sample.clock.advance(by: .seconds(1))
        let (job, token) = try await sample.running(kind: kind)
        if large > 0 {
            let value = try sample.log.payload(.string(String(repeating: "x", count: large)))
            try await sample.log.write { transaction in
                value.keep(in: transaction)
                // Twice, which counts once.
                for name in ["a", "b"] {
                    try transaction.execute(
                        .work(token, .emit(AppEmitted(name: name, payload: value.payload))), on: job,
                        by: .worker("worker-1"))
                }
            }
        }
        if file > 0 {
            try await sample.save("a.bin", [UInt8](repeating: 7, count: file), on: job, token)
        }
        try await sample.work([.note(1), .complete(output: .inline(.string("é")))], on: job, token)
        return job
    }

    /// The bytes of the values of a job's events, as the log has them.
    private func bytes(of job: JobID, _ sample: SampleLog) async throws -> Int64 {
        try await sample.log.read { reader in
            try reader.events(EventQuery(job: job)).events.reduce(into: 0) {
                $0 += Int64($1.data.text.utf8.count)
            }
        }
    }

    private func left(_ jobs: [JobID], _ sample: SampleLog) async throws -> [JobID] {
        try await sample.log.read { reader in try jobs.filter { try reader.job($0) != nil } }
    }

    @Test func `the newest jobs that fit into so many bytes stay, and a byte less lets one more go`()
        async throws
    {
        try await with { sample, engine in
            var jobs: [JobID] = []
            for _ in 0..<5 { jobs.append(try await ended(sample)) }
            var two: Int64 = 0
            for job in jobs.suffix(2) { two += try await bytes(of: job, sample) }
            let fits = RetentionRule(newestBytes: two)
            #expect(try await engine.prune([fits], isDryRun: true).jobs == 3)
            #expect(try await engine.prune([RetentionRule(newestBytes: two - 1)], isDryRun: true).jobs == 4)
            #expect(try await engine.prune([RetentionRule(newestBytes: 0)], isDryRun: true).jobs == 5)
            #expect(try await engine.prune([fits]).jobs == 3)
            #expect(try await left(jobs, sample) == Array(jobs.suffix(2)))
            #expect(try await engine.prune([fits]).jobs == 0)
        }
    }

    @Test func `large values and files count once for each job that refers to them`() async throws {
        try await with { sample, engine in
            var jobs: [JobID] = []
            for _ in 0..<3 { jobs.append(try await ended(sample, large: 100_000, file: 5_000)) }
            let one = try await bytes(of: jobs[2], sample) + 100_002 + 5_000
            #expect(try await engine.prune([RetentionRule(newestBytes: one)], isDryRun: true).jobs == 2)
            #expect(try await engine.prune([RetentionRule(newestBytes: one - 1)], isDryRun: true).jobs == 3)
        }
    }

    @Test func `age, number and size have to let a job go all three, and each kind counts by itself`()
        async throws
    {
        try await with { sample, engine in
            var (jobs, others) = ([JobID](), [JobID]())
            for _ in 0..<4 {
                jobs.append(try await ended(sample))
                others.append(try await ended(sample, kind: "other.job"))
            }
            let old = Duration.milliseconds(1_500)
            #expect(try await engine.prune([RetentionRule(age: old)], isDryRun: true).jobs == 6)
            #expect(try await engine.prune([RetentionRule(age: old, newest: 3)], isDryRun: true).jobs == 2)
            let all = RetentionRule(age: old, newest: 1, newestBytes: 0)
            #expect(try await engine.prune([all], isDryRun: true).jobs == 6)
            let roomy = RetentionRule(age: old, newest: 1, newestBytes: 1 << 40)
            #expect(try await engine.prune([roomy], isDryRun: true).jobs == 0)
            let kind = RetentionRule(kind: "other.job", newest: 1)
            #expect(try await engine.prune([kind]).jobs == 3)
            #expect(try await left(jobs + others, sample) == jobs + others.suffix(1))
        }
    }

    @Test func `files of pruned jobs are gone when pruning ends, without an engine that runs`() async throws {
        try await with { sample, engine in
            for _ in 0..<2 {
                _ = try await ended(sample, file: 300_000)
                #expect(try await engine.prune([RetentionRule()]).jobs == 1)
                #expect(try await sample.log.read { try $0.uploads(limit: 10) } == [])
            }
        }
        let plain = try PlainDatabase(folder.file())
        #expect(try plain.value("SELECT count(*) FROM blobs") == "0")
        #expect(try plain.value("SELECT count(*) FROM blob_chunks") == "0")
    }

    @Test func `the same file may be pruned again before it was removed`() async throws {
        try await with { sample, engine in
            for _ in 0..<2 {
                let job = try await ended(sample, file: 10)
                let outcome = try await sample.log.write {
                    try $0.prune([job], limit: 100, reason: nil, by: .person("ana"))
                }
                #expect(outcome.jobs.count == 1)
            }
            #expect(try await sample.log.read { try $0.uploads(limit: 10).count } == 2)
            #expect(try await engine.prune([]).jobs == 0)
            #expect(try await sample.log.read { try $0.uploads(limit: 10) } == [])
        }
    }

    @Test func `a job larger than a transaction goes with all its events`() async throws {
        try await with { sample, engine in
            let (job, token) = try await sample.running()
            try await sample.work((0..<1_000).map { .note($0) } + [.complete(output: .null)], on: job, token)
            let events = Mutex<[Int64]>([])
            let report = try await engine.prune([RetentionRule()]) { report in
                events.withLock { if $0.last != report.events { $0.append(report.events) } }
            }
            #expect((report.jobs, report.events) == (1, 1_003))
            #expect(events.withLock { $0 } == [400, 800, 1_003])
        }
    }
}
