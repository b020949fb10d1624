import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Testing

/// Jobs go out of the log into a file that proves itself, and are read there as they were.
@Suite("Archives")
struct ArchiveTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var archive: ArchiveFolder { ArchiveFolder(folder.file("log.db.archive")) }

    /// Jobs in all states, and one that ended with a step, a wait, lines, a large value and a file.
    private func filled() async throws -> (store: SQLiteStore, rich: JobID) {
        let store = try folder.store()
        let rich = try await SampleLog.with(store) { sample in
            _ = try await sample.oneOfEach()
            try await sample.lives(jobs: 20, rounds: 100, seed: 5)
            let (job, token) = try await sample.running()
            let value = try sample.log.payload(.string(String(repeating: "ü", count: 300_000)))
            try await sample.log.write { transaction in
                value.keep(in: transaction)
                let event = AppEmitted(name: "large", payload: value.payload)
                try transaction.execute(.work(token, .emit(event)), on: job, by: .worker("worker-1"))
            }
            try await sample.save("a.txt", Array("content".utf8), on: job, token)
            let gate = CheckpointOpened(checkpoint: WaitKey(.checkpoint, "gate"))
            try await sample.work(
                [
                    .startStep(StepKey("one"), recorded: nil),
                    .completeStep(StepKey("one"), output: .null, duration: 5, recorded: nil),
                    .openCheckpoint(gate, recorded: nil),
                ] + (0..<600).map { .note($0) } + [.complete(output: .null)], on: job, token)
            return job
        }
        return (store, rich)
    }

    @discardableResult
    private func archiveAll(_ store: SQLiteStore, withArtifacts: Bool = true) async throws -> ArchiveReport {
        try await store.withEngine {
            try await $0.archive(
                [RetentionRule()], withArtifacts: withArtifacts, reason: "rule 7", by: .person("ana"))
        }
    }

    private func ended(_ store: SQLiteStore) throws -> [JobID] {
        let filter = JobFilter(phases: [.completed, .failed, .cancelled])
        return try store.openReader().jobs(JobQuery(filter, limit: 1_000)).map(\.id)
    }

    /// What can be read of a job.
    private struct Sight: Equatable {
        let events: [StoredEvent]
        let state: JobState?
        let steps: [StepRecord]
        let waits: [WaitRecord]
        let artifacts: [ArtifactRecord]

        init(_ job: JobID, _ reader: any StorageReader) throws {
            events = try reader.events(EventQuery(job: job, limit: 10_000)).events
            state = try reader.job(job)
            steps = try reader.steps(of: job, after: nil, limit: 1_000)
            waits = try reader.waits(of: job, WaitQuery())
            artifacts = try reader.artifacts(of: job, after: nil, limit: 100)
        }
    }

    @Test func `jobs that ended go into a segment, and are read there as they were`() async throws {
        let (store, rich) = try await filled()
        let jobs = try ended(store)
        #expect(jobs.count > 5)
        let before = try jobs.map { try Sight($0, store.openReader()) }
        let sealed = try store.sealedEvents().filter { $0.event.job.map(jobs.contains) == true }
        let report = try await archiveAll(store)
        #expect(report.pruned.jobs == jobs.count)
        #expect(report.pruned.events == Int64(sealed.count))
        let segment = try #require(report.segments.first)
        let (first, last) = (try #require(sealed.first), try #require(sealed.last))
        #expect(segment.file == "\(first.event.position)-\(last.event.position).holdfast.gz")
        #expect(try folder.names().contains("log.db.archive"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: archive.path) == [segment.file])
        #expect(try ended(store).isEmpty)
        for (job, sight) in zip(jobs, before) {
            let archived = try #require(try store.openArchived(job))
            #expect(try Sight(job, archived.openReader()) == sight)
        }
        let reader = try #require(try store.openArchived(rich)).openReader()
        #expect(
            try reader.sealedEvents(after: .beginning, limit: 1_000)
                == sealed.filter { $0.event.job == rich })
        let text = JSONText.string(String(repeating: "ü", count: 300_000))
        let digest = SHA256Sum(of: text.text).hexadecimal
        #expect(
            try reader.payload(PayloadReference(sha256: digest, bytes: Int64(text.byteCount))) == text)
        let saved = try #require(try reader.artifact("a.txt", of: rich)).saved
        #expect(try reader.blob(saved.sha256, from: 0) == Array("content".utf8))
        let audit = try store.audit()
        #expect(audit.findings == [] && audit.segments == 1)
    }

    @Test func `the log tells first where they are, and then that they were pruned`() async throws {
        let (store, _) = try await filled()
        let jobs = try ended(store)
        try await archiveAll(store)
        let events = try store.sealedEvents().map(\.event).filter { $0.kind.hasPrefix("engine.") }
        let index = try #require(events.firstIndex { $0.kind == "engine.archived" })
        #expect(events[..<index].allSatisfy { $0.kind != "engine.pruned" })
        guard case .engine(.archived(let archived)) = try events[index].decoded().event else { return }
        #expect(archived.reason == "rule 7" && archived.folder == archive.path)
        for event in events[(index + 1)...] where event.kind == "engine.pruned" {
            guard case .engine(.pruned(let pruned)) = try event.decoded().event else { return }
            #expect(pruned.archive == events[index].position)
        }
        let reader = try #require(try store.openReader() as? any RetainingReader)
        for job in jobs { #expect(try reader.archive(of: job)?.segment == archived) }
        let (kept, _) = try await SampleLog.with(store, seed: 4) { try await $0.running() }
        #expect(try reader.archive(of: kept) == nil)
        #expect(try store.openArchived(kept) == nil)
    }

    @Test func `who is needed by a job that goes on stays, and a dry run does nothing`() async throws {
        let store = try folder.store()
        let (parent, child, token) = try await SampleLog.with(store) { sample in
            let (parent, token) = try await sample.running()
            let child = sample.newID()
            try await sample.log.write { transaction in
                let spawned = ChildSpawned(child: WaitKey(.child, "a"), job: child, kind: "sample.job")
                let event = JobEnqueued(
                    kind: "sample.job", input: .null, retry: .constant(maxAttempts: 1, every: .seconds(1)),
                    parent: ParentLink(job: parent, child: spawned.child))
                try transaction.execute(.enqueue(event), on: child, by: .person("ana"))
                try transaction.execute(
                    .work(token, .spawn(spawned, recorded: nil)), on: parent, by: .worker("worker-1"))
            }
            try await sample.execute(.steer(.cancel(reason: nil)), on: child)
            return (parent, child, token)
        }
        let none = try await archiveAll(store)
        #expect(none.segments.isEmpty && none.pruned.jobs == 0 && none.pruned.spared == 1)
        #expect(try store.openReader().job(child) != nil)
        try await SampleLog.with(store, seed: 2) {
            try await $0.work([.complete(output: .null)], on: parent, token)
        }
        let dry = try await store.withEngine { try await $0.archive([RetentionRule()], isDryRun: true) }
        #expect(dry.pruned.jobs == 2 && dry.pruned.isDryRun && dry.segments.isEmpty)
        #expect(try ended(store).count == 2)
        #expect(!FileManager.default.fileExists(atPath: archive.path))
        #expect(try await archiveAll(store).pruned.jobs == 2)
    }

    @Test func `a job that goes on after it was archived stays as it is then`() async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            let (job, token) = try await sample.running()
            try await sample.work([.complete(output: .null)], on: job, token)
            let (event, versions) = try #require(
                try await archive.write([job], of: store, withArtifacts: true, reason: nil))
            try await sample.execute(.steer(.retry(reason: nil)), on: job)
            try await sample.execute(.steer(.cancel(reason: nil)), on: job)
            let outcome = try await sample.log.write { transaction in
                let position = transaction.record(.archived(event), by: .person("ana")).position
                return try transaction.prune(
                    [job], limit: 100, archived: ArchivedJobs(event: position, versions: versions),
                    reason: nil, by: .person("ana"))
            }
            #expect(outcome.spared == [job: .changed])
        }
        #expect(try store.audit().findings == [])
        // The next segment has all of it.
        let job = try #require(try ended(store).first)
        let before = try Sight(job, store.openReader())
        #expect(try await archiveAll(store).pruned.jobs == 1)
        #expect(try Sight(job, try #require(try store.openArchived(job)).openReader()) == before)
        #expect(try store.audit().segments == 2)
    }

    @Test func `a job that was redacted stays where its skeleton is`() async throws {
        let (store, rich) = try await filled()
        try await SampleLog.with(store, seed: 2) { sample in
            let (event, versions) = try #require(
                try await archive.write([rich], of: store, withArtifacts: true, reason: nil))
            let outcome = try await sample.log.write { transaction in
                _ = try transaction.redact(rich, reason: nil, by: .person("ana"))
                let position = transaction.record(.archived(event), by: .person("ana")).position
                return try transaction.prune(
                    [rich], limit: 10_000, archived: ArchivedJobs(event: position, versions: versions),
                    reason: nil, by: .person("ana"))
            }
            #expect(outcome.spared == [rich: .changed])
        }
        let report = try await archiveAll(store)
        #expect(report.pruned.spared == 1)
        #expect(try ended(store) == [rich])
        #expect(try store.audit().findings == [])
    }

    @Test func `a job out of a segment is taken over by another log`() async throws {
        let (store, rich) = try await filled()
        let before = try Sight(rich, store.openReader())
        let segment = try #require(try await archiveAll(store).segments.first)
        let source = ExportSource(path: "\(archive.path)/\(segment.file)")
        await #expect(throws: ExportFault.self) { try await source.check() }
        await #expect(throws: ExportFault.self) { try await source.selecting(JobID(high: 1, low: 1)).check() }
        let other = try folder.store("other.db")
        let state = try await other.withEngine {
            try await $0.importJob(source.selecting(rich), by: .person("ana"))
        }
        #expect(state.phase.name == .completed)
        let after = try Sight(rich, other.openReader())
        #expect(after.events.map(\.data) == before.events.map(\.data))
        #expect(after.artifacts.map(\.saved) == before.artifacts.map(\.saved))
    }

    @Test func `bytes of artifacts are left out where that is asked for`() async throws {
        let (store, rich) = try await filled()
        try await archiveAll(store, withArtifacts: false)
        let reader = try #require(try store.openArchived(rich)).openReader()
        let saved = try #require(try reader.artifact("a.txt", of: rich)).saved
        #expect(try reader.blob(saved.sha256, from: 0) == nil)
        #expect(try store.audit().findings == [])
    }

    @Test func `backups and restored logs go on to find their archive`() async throws {
        let (store, rich) = try await filled()
        try await archiveAll(store)
        try store.backUp(to: folder.file("copy.db"))
        let copy = try SQLiteStore(path: folder.file("copy.db"), mode: .readOnlyCopy)
        let audit = try copy.audit()
        #expect(audit.findings == [] && audit.segments == 1)
        try await SQLiteStore.restore(
            folder.file("copy.db"), to: folder.file("again.db"), by: .person("ana"),
            environment: .testing(clock: ManualClock()))
        let again = try folder.store("again.db")
        #expect(try again.audit().findings == [])
        #expect(try again.openArchived(rich) != nil)
        // A folder that was taken along counts before the one in which it was made.
        try FileManager.default.moveItem(atPath: archive.path, toPath: folder.file("again.db.archive"))
        #expect(try again.audit().findings == [])
        #expect(try store.audit().findings.map(\.part) == [.archive])
        #expect(throws: StoreError.self) { try store.openArchived(rich) }
        // A backup is one of the file.
        try store.backUp(to: folder.file("second.db"))
    }
}
