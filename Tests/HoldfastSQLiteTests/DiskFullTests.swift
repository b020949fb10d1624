import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// P11: a full disk is an error of the call, nothing is lost, and writing goes on when there is room again.
///
/// The size limit of a store stands in for the disk: SQLite gives the same result code for both.
@Suite("Full disk")
struct DiskFullTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func store(_ limit: Int64?) throws -> SQLiteStore { try folder.store { $0.sizeLimit = limit } }

    private static func large(_ bytes: Int) -> WorkCommand {
        let text = JSONText.string(String(repeating: "x", count: bytes))
        return .emit(AppEmitted(name: "large", payload: .inline(text)))
    }

    @Test func `what does not fit fails as full, and smaller things still fit`() async throws {
        try await SampleLog.with(try store(600_000)) { sample in
            let (job, token) = try await sample.running()
            let error = await #expect(throws: StoreError.self) {
                try await sample.work([.note(1), Self.large(900_000)], on: job, token)
            }
            #expect(error?.code == .full)
            #expect(error?.isRetryable == true)
            #expect(error?.reason.contains("free space") == true)
            // Nothing of the command was written, and its positions are used by the next one.
            #expect(try await sample.state(job).version == 2)
            try await sample.work([.note(2)], on: job, token)
            #expect(sample.log.feed.head == EventLogPosition(3))
            #expect(try sample.store.firstBreak() == nil)
        }
    }

    @Test func `a log that is full keeps all it has, and goes on when there is room`() async throws {
        var written: Int64 = 0
        let (job, token) = try await SampleLog.with(try store(400_000)) { sample in
            let (job, token) = try await sample.running()
            written = 2
            let error = await #expect(throws: StoreError.self) {
                while written < 10_000 {
                    try await sample.work([Self.large(3000)], on: job, token)
                    written += 1
                }
            }
            #expect(error?.code == .full)
            // Again and again the same, and reading works all the while.
            for _ in 0..<3 {
                await #expect(throws: StoreError.self) {
                    try await sample.work([Self.large(20_000)], on: job, token)
                }
                #expect(try await sample.state(job).version == written)
            }
            return (job, token)
        }
        #expect(written > 15)
        let full = try store(400_000)
        #expect(try full.headPosition().value == written)
        #expect(try full.firstBreak() == nil)
        try full.checkIntegrity()

        try await SampleLog.with(try store(nil), seed: 2) { sample in
            try await sample.work([Self.large(20_000)], on: job, token)
            #expect(sample.log.feed.head.value == written + 1)
            #expect(try sample.store.firstBreak() == nil)
        }
        let before = try PlainDatabase(folder.file()).dump("jobs")
        try store(nil).rebuildProjections()
        #expect(try PlainDatabase(folder.file()).dump("jobs") == before)
    }

    @Test func `a rebuild that does not fit leaves the projections as they were`() async throws {
        try await SampleLog.with(try store(nil)) { try await $0.lives(jobs: 200, rounds: 100, seed: 1) }
        let plain = try PlainDatabase(folder.file())
        // Without the rows the file is as large as the log, which is the limit then.
        try plain.run("DELETE FROM jobs; DELETE FROM steps; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
        let store = try store(1)
        let error = #expect(throws: StoreError.self) { try store.rebuildProjections() }
        #expect(error?.code == .full)
        #expect(try plain.value("SELECT count(*) FROM jobs") == "0")
        try self.store(nil).rebuildProjections()
        #expect(try plain.value("SELECT count(*) FROM jobs") == plain.value("SELECT sum(jobs) FROM counters"))
    }
}
