import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastSQLite

/// P4: what follows from the log can be dropped and folded again to identical rows.
@Suite("Rebuild of the projections")
struct RebuildTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let projections = [
        "jobs", "job_tags", "steps", "waits", "counters", "snapshots", "past_states", "pruned_jobs",
        "content_uses", "worker_kinds",
        "artifacts",
        "schedules", "queues", "queue_heads", "running_keys",
        "bulk_operations", "requests",
    ]
    private static let others = [
        "log_identity", "events", "pruned_ranges", "payloads", "leases", "migrations", "blobs", "blob_chunks",
    ]

    /// All rows of some tables.
    private func rows(_ tables: [String] = projections + others) throws -> [String: [[String]]] {
        let plain = try PlainDatabase(folder.file())
        return try Dictionary(uniqueKeysWithValues: tables.map { ($0, try plain.dump($0)) })
    }

    @Test func `every table is a projection or is known to have a truth of its own`() throws {
        _ = try folder.store()
        let tables = try PlainDatabase(folder.file()).values(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        #expect(tables.sorted() == (Self.projections + Self.others).sorted())
    }

    @Test(arguments: [(1, 1), (7, 4), (60, 8192), (4096, 2)])
    func `a rebuild gives identical rows in every table, whatever its pages and memory`(
        pageLimit: Int, cachedJobs: Int
    ) async throws {
        try await SampleLog.with(try folder.store()) { try await $0.everything() }
        let before = try rows()
        for table in Self.projections { #expect(before[table]?.isEmpty == false, "\(table)") }
        let states = Set(try PlainDatabase(folder.file()).values("SELECT DISTINCT state FROM jobs"))
        #expect(states == Set(JobPhaseName.allCases.map(\.rawValue)))
        #expect((before["snapshots"]?.count ?? 0) >= 2)

        let writer = try #require(try folder.store().openWriter() as? SQLiteWriter)
        _ = try writer.begin()
        try writer.rebuildProjections(pageLimit: pageLimit, cachedJobs: cachedJobs)
        try writer.commit()
        let after = try rows()
        for table in Self.projections + Self.others { #expect(after[table] == before[table], "\(table)") }
    }

    @Test func `what somebody changed, lost or added is as the log says after a rebuild`() async throws {
        try await SampleLog.with(try folder.store()) { try await $0.everything() }
        let before = try rows()
        try PlainDatabase(folder.file()).run(
            """
            UPDATE jobs SET queue = 'wrong', detail = '{}';
            DELETE FROM steps WHERE occurrence = 1;
            UPDATE counters SET jobs = jobs + 7;
            INSERT INTO counters VALUES ('ghost', 'queued', 3);
            DELETE FROM snapshots;
            INSERT INTO job_tags VALUES ('ghost', 'nobody');
            DELETE FROM worker_kinds;
            DELETE FROM artifacts WHERE name = 'a.txt';
            UPDATE artifacts SET sha256 = 'wrong';
            UPDATE schedules SET due_at = 7, detail = '{}';
            INSERT INTO schedules VALUES ('ghost', 1, NULL, '{}');
            UPDATE queues SET limits = '{}', rate_due = 7;
            DELETE FROM queue_heads WHERE key = 'a';
            INSERT INTO running_keys VALUES ('ghost', 'nobody', 3);
            """)
        try folder.store().rebuildProjections()
        #expect(try rows() == before)
    }

    @Test func `leases are left alone, also one that was renewed`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            sample.clock.advance(by: .seconds(12))
            #expect(try await sample.log.write { try $0.renew(token, of: job) } != nil)
            let before = try rows(["leases"])
            #expect(before["leases"]?.count == 1)
            try sample.store.rebuildProjections()
            #expect(try rows(["leases"]) == before)
        }
    }

    @Test func `a log that is in use goes on after a rebuild`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            try await sample.work([.note(1), .startStep(StepKey("parse"), recorded: nil)], on: job, token)
            try sample.store.rebuildProjections()
            try await sample.work(
                [.completeStep(StepKey("parse"), output: .null, duration: 1, recorded: nil)], on: job, token)
            try sample.store.rebuildProjections()
            try await sample.work([.complete(output: .null)], on: job, token)
            #expect(try await sample.state(job).version == 6)
        }
        let before = try rows()
        try folder.store().rebuildProjections()
        #expect(try rows() == before)
        #expect(try folder.store().firstBreak() == nil)
    }

    @Test(arguments: [
        ("kind = 'job.unheard'", "newer version"),
        ("schema_version = 99", "newer version"),
        ("data = '{}'", "cannot be read"),
        ("version = 5", "5"),
    ])
    func `an event that cannot be folded is named, and nothing changes`(
        change: String, reason: String
    ) async throws {
        try await SampleLog.with(try folder.store()) { _ = try await $0.oneOfEach() }
        let plain = try PlainDatabase(folder.file())
        try plain.run("DROP TRIGGER events_refuse_update; UPDATE events SET \(change) WHERE position = 4")
        let before = try rows()
        let store = try folder.store()
        let error = #expect(throws: StoreError.self) { try store.rebuildProjections() }
        #expect(error?.code == .corrupt)
        #expect(error?.isRetryable == false)
        #expect(error?.reason.contains("event at 4") == true, "\(String(describing: error))")
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
        #expect(try rows() == before)
    }

    @Test func `a page ends where its data becomes too large for memory`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            let large = Payload.inline(.string(String(repeating: "x", count: 1000)))
            let event = AppEmitted(name: "large", payload: large)
            for _ in 0..<10 { try await sample.work([.emit(event)], on: job, token) }
        }
        let reader = try #require(try folder.store().openReader() as? SQLiteReader)
        func page(_ byteLimit: Int) throws -> Int {
            try reader.connection.readSealedEvents(
                after: EventLogPosition(2), limit: 8, byteLimit: byteLimit, rows: EventRows()
            ).count
        }
        // At least one, and the one that reaches the limit is in the page.
        #expect(try page(1) == 1)
        #expect(try page(2500) == 3)
        #expect(try page(1_000_000) == 8)
    }
}
