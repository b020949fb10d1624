import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Testing

/// What a person gave goes from the archive as well, and the log tells that from damage (P10).
@Suite("Redaction of archived jobs")
struct ArchiveRedactionTests {
    private static let secret = "Rumpelstiltskin"

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A store with jobs that were cancelled; those with an owner hold the secret.
    private func filled(
        owners: [Owner?], archived: Bool = true
    ) async throws -> (store: SQLiteStore, jobs: [JobID]) {
        let store = try folder.store()
        let jobs = try await store.withEngine { engine in
            var jobs: [JobID] = []
            for owner in owners {
                let input: JSONText = owner == nil ? .emptyObject : .string(Self.secret)
                let request = EnqueueRequest(
                    kind: "mail.send", input: input, options: EnqueueOptions(owner: owner),
                    acceptsAnyKind: true)
                let job = try await engine.enqueue(request).state.id
                try await engine.steer(.cancel(reason: nil), job, by: .person("ana"))
                jobs.append(job)
            }
            return jobs
        }
        if archived { try await archiveAll(store) }
        return (store, jobs)
    }

    private func archiveAll(_ store: SQLiteStore) async throws {
        _ = try await store.withEngine { try await $0.archive([RetentionRule()], by: .person("ana")) }
    }

    private func redact(
        _ selection: RedactionSelection, in store: SQLiteStore, isDryRun: Bool = false
    ) async throws -> RedactionReport {
        try await store.withEngine {
            try await $0.redact(selection, isDryRun: isDryRun, reason: "request 17", by: .person("ana"))
        }
    }

    private var archive: URL { URL(filePath: folder.file("log.db.archive")) }

    private func segments() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: archive.path()).sorted()
    }

    /// Whether the secret is in the database, its write-ahead log or a segment.
    private func holdsSecret() throws -> Bool {
        var files = try folder.names().filter { $0.hasPrefix("log.db") && !$0.hasSuffix(".archive") }
            .map { try Data(contentsOf: URL(filePath: folder.file($0))) }
        for name in try segments() {
            var bytes: [UInt8] = []
            try ExportSource(path: archive.appending(path: name).path()).readLines { bytes += $0 }
            files.append(Data(bytes))
        }
        return files.contains { $0.range(of: Data(Self.secret.utf8)) != nil }
    }

    private func read(_ job: JobID, in store: SQLiteStore) throws -> [StoredEvent]? {
        try store.openArchived(job)?.openReader().events(EventQuery(job: job, limit: 100)).events
    }

    @Test func `a job goes from its segment, and the others are read as before`() async throws {
        let (store, jobs) = try await filled(owners: [nil, "anna", nil])
        let before = try jobs.map { try read($0, in: store) }
        let old = try segments()
        #expect(try holdsSecret())
        let dry = try await redact(RedactionSelection([jobs[1]]), in: store, isDryRun: true)
        #expect(dry.jobs.map(\.segment) == old.map(Optional.some))
        #expect(try segments() == old && holdsSecret())
        let report = try await redact(RedactionSelection([jobs[1]]), in: store)
        #expect(report.jobs == dry.jobs && report.isComplete && report.isScrubbed)
        #expect(try !holdsSecret())
        #expect(try segments().count == 1 && segments() != old)
        #expect(try read(jobs[0], in: store) == before[0])
        #expect(try read(jobs[2], in: store) == before[2])
        #expect(try read(jobs[1], in: store) == nil)
        let audit = try store.audit()
        #expect(audit.findings == [] && audit.segments == 1)
        let last = try #require(try store.sealedEvents().last { $0.event.kind == "engine.archived" })
        guard case .engine(.archived(let event)) = try last.event.decoded().event else { return }
        #expect(event.redacted == [jobs[1]] && event.jobs == 2 && event.reason == "request 17")
        #expect(last.event.actor == .person("ana"))
        // It is not there any more, and there is nothing left to do.
        let again = try await redact(RedactionSelection([jobs[1]]), in: store)
        #expect(again.jobs.isEmpty && again.isComplete)
        let unknown = JobID(high: 1, low: 2)
        #expect(try await redact(RedactionSelection([unknown]), in: store).refused.map(\.job) == [unknown])
    }

    @Test func `the jobs of an owner go from everywhere, and a segment may be empty then`() async throws {
        let (store, jobs) = try await filled(owners: ["anna", "anna"])
        let (_, later) = try await filled(owners: ["anna", "ben"], archived: false)
        let waiting = try await store.withEngine { engine in
            let request = EnqueueRequest(
                kind: "mail.send", input: .null, options: EnqueueOptions(owner: "anna"), acceptsAnyKind: true)
            return try await engine.enqueue(request).state.id
        }
        let report = try await redact(RedactionSelection(owner: "anna"), in: store)
        #expect(Set(report.jobs.map(\.id)) == Set(jobs + [later[0]]))
        #expect(report.refused.map(\.job) == [waiting] && !report.isComplete)
        let left = try await redact(RedactionSelection(owner: "ben"), in: store)
        #expect(left.jobs.map(\.id) == [later[1]])
        #expect(try !holdsSecret())
        #expect(try segments().count == 1)
        #expect(try store.audit().findings == [])
    }

    @Test func `a segment is written anew more than once, and no name is used again`() async throws {
        let (store, jobs) = try await filled(owners: ["a", "b", "c", nil])
        var names: Set<String> = []
        for (job, owner) in zip(jobs, ["a", "b", "c"] as [Owner]) {
            names.formUnion(try segments())
            #expect(try await redact(RedactionSelection(owner: owner), in: store).jobs.map(\.id) == [job])
            #expect(try names.isDisjoint(with: segments()))
            #expect(try read(jobs[3], in: store)?.isEmpty == false)
            #expect(try store.audit().findings == [])
        }
    }

    @Test func `what was redacted after it got into a segment goes from there`() async throws {
        let (store, jobs) = try await filled(owners: ["anna", nil], archived: false)
        // As a run leaves it that dies behind the record, and before it prunes.
        let (event, _) = try #require(
            try await ArchiveFolder(archive.path()).write(
                jobs, of: store, withArtifacts: true, reason: nil))
        try await SampleLog.with(store, seed: 3) { sample in
            try await sample.log.write { transaction in
                transaction.record(.archived(event), by: .person("ana"))
                _ = try transaction.redact(jobs[0], reason: nil, by: .person("ana"))
            }
        }
        #expect(try holdsSecret())
        try await archiveAll(store)
        _ = try await redact(RedactionSelection(owner: "nobody"), in: store)
        #expect(try !holdsSecret())
        #expect(try store.openReader().job(jobs[0])?.isRedacted == true)
        #expect(try read(jobs[1], in: store)?.isEmpty == false)
        #expect(try store.audit().findings == [])
    }

    @Test func `a segment that was replaced and is still there is found, and deleted`() async throws {
        let (store, _) = try await filled(owners: ["anna", nil])
        let old = archive.appending(path: try #require(try segments().first))
        let copy = try Data(contentsOf: old)
        _ = try await redact(RedactionSelection(owner: "anna"), in: store)
        try copy.write(to: old)
        let findings = try store.audit().findings
        #expect(findings.map(\.part) == [.archive])
        #expect(findings.first?.sentence.contains("another one stands for it") == true)
        #expect(try await redact(RedactionSelection(owner: "anna"), in: store).jobs.isEmpty)
        #expect(try store.audit().findings == [] && !holdsSecret())
    }

    @Test func `a segment that is not there is named, and one that was changed stays`() async throws {
        let (store, jobs) = try await filled(owners: ["anna", nil])
        let place = archive.appending(path: try #require(try segments().first))
        let bytes = try Data(contentsOf: place)
        try FileManager.default.removeItem(at: place)
        let report = try await redact(RedactionSelection(owner: "anna"), in: store)
        #expect(report.unread.count == 1 && !report.isComplete)
        #expect(report.unread.first?.contains("it is not in") == true)
        try (bytes + Data([0])).write(to: place)
        let changed = try await redact(RedactionSelection([jobs[0]]), in: store)
        #expect(changed.unread.count == 1 && changed.isScrubbed)
        #expect(try Data(contentsOf: place) == bytes + Data([0]))
        try Data().write(to: place)
        #expect(try await redact(RedactionSelection(owner: "x"), in: store).unread.count == 1)
        try bytes.write(to: place)
        #expect(try await redact(RedactionSelection([jobs[0]]), in: store).isComplete)
    }

    @Test func `what a process left that died while it archived goes as well`() async throws {
        let (store, jobs) = try await filled(owners: ["anna", nil], archived: false)
        _ = try await ArchiveFolder(archive.path()).write(jobs, of: store, withArtifacts: true, reason: nil)
        try Data(Self.secret.utf8).write(to: archive.appending(path: "segment.partial"))
        #expect(try await redact(RedactionSelection(owner: "anna"), in: store).isComplete)
        #expect(try segments().isEmpty)
        #expect(try !holdsSecret())
    }

    @Test func `a file that the log does not name stays when it holds the only copy of another job`()
        async throws
    {
        let (store, jobs) = try await filled(owners: ["anna", "ben"])
        let before = try Data(contentsOf: archive.appending(path: try segments()[0]))
        _ = try await redact(RedactionSelection([jobs[1]]), in: store)
        let spare = archive.appending(path: "9-9.holdfast.gz")
        try before.write(to: spare)
        let report = try await redact(RedactionSelection(owner: "anna"), in: store)
        #expect(report.jobs.map(\.id) == [jobs[0]])
        #expect(report.unread.count == 1 && report.unread.first?.contains("nowhere else") == true)
        #expect(FileManager.default.fileExists(atPath: spare.path()))
        // With both of them meant, nothing is lost by it.
        #expect(try await redact(RedactionSelection(jobs), in: store).unread.isEmpty)
        #expect(try !holdsSecret())
    }

    @Test func `the segments of another database stay`() async throws {
        let (store, jobs) = try await filled(owners: ["anna", "ben"])
        let old = try segments()
        try store.backUp(to: folder.file("backup.db"))
        try await SQLiteStore.restore(
            folder.file("backup.db"), to: folder.file("copy.db"), by: .person("ana"),
            environment: .testing(clock: ManualClock(), random: SeededRandom(seed: 9)))
        let copy = try folder.store("copy.db")
        let report = try await redact(RedactionSelection(owner: "anna"), in: copy)
        #expect(report.jobs.map(\.id) == [jobs[0]])
        #expect(report.unread.count == 1 && report.unread.first?.contains("another log's") == true)
        #expect(try segments() == old)
        #expect(try store.audit().findings == [])
        #expect(try copy.audit().findings == [])
        #expect(try read(jobs[1], in: copy)?.isEmpty == false)
        #expect(try read(jobs[0], in: copy) == nil)
        #expect(try read(jobs[0], in: store)?.isEmpty == false)
    }
}
