import Foundation
import HoldfastCore
import HoldfastStore
import HoldfastTesting
import SQLiteMigrations
import Testing

@testable import HoldfastSQLite

/// A log that is made of a backup goes on from there, and is known to be another one.
@Suite("Restore")
struct RestoreTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var backup: String { folder.file("backup.db") }

    @discardableResult
    private func restore(_ target: String = "restored.db", replacing: Bool = false) async throws -> Backup {
        try await SQLiteStore.restore(
            backup, to: folder.file(target), replacing: replacing, by: .person("ana"),
            environment: .testing(clock: ManualClock(), random: SeededRandom(seed: 9)))
    }

    /// A backup of a log with jobs in all states, and the log.
    private func filled() async throws -> SQLiteStore {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            _ = try await sample.oneOfEach()
            _ = try await sample.running()
            _ = try await sample.running()
        }
        try store.backUp(to: backup)
        return store
    }

    @Test func `it holds the backup, says where that ended, and is another log`() async throws {
        let store = try await filled()
        let before = try Data(contentsOf: URL(fileURLWithPath: backup))
        let restored = try await restore()
        #expect(try Data(contentsOf: URL(fileURLWithPath: backup)) == before)
        #expect(
            try folder.names().filter { $0.hasPrefix("restored") || $0.hasPrefix("backup") } == [
                "backup.db", "restored.db",
            ])
        let copy = try folder.store("restored.db")
        #expect(copy.identity == restored.identity)
        #expect(copy.identity != store.identity)
        let (old, new) = (try store.sealedEvents(), try copy.sealedEvents())
        #expect(Array(new.prefix(old.count)) == old)
        #expect(try copy.firstBreak() == nil)
        #expect(restored.head.position == old.last?.event.position)
        let last = try #require(old.last)
        #expect(
            try new[old.count].event.decoded().event
                == .engine(
                    .logRestored(
                        LogRestored(
                            log: store.identity, position: last.event.position,
                            hash: last.seal.hash.hexadecimal))))
        #expect(new[old.count].event.actor == .person("ana"))
    }

    @Test func `jobs that ran are given back and keep their attempt`() async throws {
        let store = try await filled()
        let running = try store.openReader().jobs(JobQuery(JobFilter(phases: [.running])))
        #expect(running.count == 3)
        try await restore()
        let reader = try folder.store("restored.db").openReader()
        #expect(try reader.leases().isEmpty)
        for job in running {
            let state = try #require(try reader.job(job.id))
            // Who was asked to stop has stopped.
            let isAsked =
                if case .running(let phase) = job.phase { phase.cancelRequest != nil } else { false }
            #expect(state.phase.name == (isAsked ? .cancelled : .queued))
            #expect(state.attempt == job.attempt)
            #expect(state.crashes == 0)
        }
        try await SampleLog.with(try folder.store("restored.db"), seed: 4) { sample in
            let queued = try #require(running.first { try reader.job($0.id)?.phase.name == .queued })
            _ = try await sample.start(queued.id)
        }
    }

    @Test func `what follows from it is what a rebuild gives`() async throws {
        _ = try await filled()
        try await restore()
        let plain = try PlainDatabase(folder.file("restored.db"))
        let tables = [
            "jobs", "steps", "waits", "counters", "snapshots", "past_states", "leases", "running_keys",
        ]
        let before = try tables.map { try plain.dump($0) }
        try folder.store("restored.db").rebuildProjections()
        for (table, rows) in zip(tables, before) { #expect(try plain.dump(table) == rows, "\(table)") }
    }

    @Test func `a log that is there is replaced only when that is said`() async throws {
        _ = try await filled()
        try await SampleLog.with(try folder.store("restored.db"), seed: 3) {
            _ = try await $0.enqueue(kind: "old")
        }
        let old = try folder.store("restored.db").sealedEvents()
        let path = folder.file("restored.db")
        await #expect(throws: MovingRejection.targetExists(path)) { try await restore() }
        #expect(try folder.store("restored.db").sealedEvents() == old)
        let restored = try await restore(replacing: true)
        #expect(try folder.store("restored.db").sealedEvents().count == Int(restored.head.position.value) + 4)
        #expect(try folder.store("restored.db").firstBreak() == nil)
        await #expect(throws: MovingRejection.targetExists(backup)) {
            try await restore("backup.db", replacing: true)
        }
    }

    @Test(arguments: ["engine", "connection"])
    func `a log that somebody uses is not replaced`(holder: String) async throws {
        _ = try await filled()
        let target = try folder.store("restored.db")
        try await SampleLog.with(target, seed: 3) { _ = try await $0.enqueue(kind: "old") }
        let path = folder.file("restored.db")
        let reader = holder == "connection" ? try target.openReader() : nil
        if holder == "engine" { try target.announce("other") }
        _ = try reader?.head()
        await #expect(throws: MovingRejection.targetInUse(path)) { try await restore(replacing: true) }
        if holder == "engine" { target.resign("other") }
        #expect(try folder.store("restored.db").sealedEvents().count == 1)
        #expect(try folder.names().allSatisfy { !($0.hasSuffix(".partial")) })
    }

    @Test func `a write-ahead log of the old file is not taken for one of the new`() async throws {
        _ = try await filled()
        // As a process that was killed leaves it.
        try await SampleLog.with(try folder.store("live.db"), seed: 3) { sample in
            _ = try await sample.enqueue()
            for end in ["", "-wal"] {
                try FileManager.default.copyItem(
                    atPath: folder.file("live.db\(end)"), toPath: folder.file("restored.db\(end)"))
            }
        }
        try await restore(replacing: true)
        #expect(try folder.names().contains("restored.db-wal") == false)
        #expect(try folder.store("restored.db").firstBreak() == nil)
        #expect(try folder.store("restored.db").sealedEvents().count > 5)
    }

    @Test func `a damaged log can be replaced, and a damaged backup is refused`() async throws {
        _ = try await filled()
        try Data(repeating: 7, count: 9000).write(to: URL(fileURLWithPath: folder.file("restored.db")))
        try await restore(replacing: true)
        let plain = try PlainDatabase(backup)
        try plain.run("DROP TRIGGER events_refuse_update; UPDATE events SET at = at + 1 WHERE position = 3")
        let good = try folder.store("restored.db").sealedEvents()
        let error = await #expect(throws: StoreError.self) { try await restore(replacing: true) }
        #expect(error?.code == .corrupt)
        #expect(error?.reason.contains("the event at 3") == true)
        #expect(try folder.store("restored.db").sealedEvents() == good)
        #expect(try folder.names().allSatisfy { !($0.hasSuffix(".partial")) })
    }

    @Test func `a backup of an older version is brought up to date, and a stranger's file is not`()
        async throws
    {
        let older = Array(Migrations.all.prefix(10))
        _ = try SQLiteStore(path: backup, options: SQLiteOptions(), mode: .readWriteCreate, migrations: older)
        let restored = try await restore()
        #expect(restored.head == .beginning)
        #expect(try folder.store("restored.db").sealedEvents().count == 1)
        let plain = try PlainDatabase(folder.file("stranger.db"))
        try plain.run("CREATE TABLE letters (a TEXT)")
        let error = await #expect(throws: StoreError.self) {
            try await SQLiteStore.restore(
                folder.file("stranger.db"), to: folder.file("new.db"), by: .person("ana"),
                environment: .testing(clock: ManualClock(), random: SeededRandom(seed: 9)))
        }
        #expect(error?.code == .corrupt)
        #expect(try folder.names().allSatisfy { !($0.hasPrefix("new.db")) })
    }
}
