import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Testing

/// Whatever is changed in an archive is found, and a run that dies anywhere loses nothing (P4, P10).
@Suite("Faults of archives")
struct ArchiveFaultTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var archive: ArchiveFolder { ArchiveFolder(folder.file("log.db.archive")) }

    /// Two jobs that ended, and one that goes on.
    private func filled() async throws -> (store: SQLiteStore, jobs: [JobID]) {
        let store = try folder.store()
        let jobs = try await SampleLog.with(store) { sample in
            var jobs: [JobID] = []
            for number in 0..<3 {
                let (job, token) = try await sample.running()
                jobs.append(job)
                try await sample.work((0..<5).map { .note(number * 10 + $0) }, on: job, token)
                if number < 2 { try await sample.work([.complete(output: .null)], on: job, token) }
            }
            return jobs
        }
        return (store, Array(jobs.prefix(2)))
    }

    @discardableResult
    private func archiveAll(_ store: SQLiteStore) async throws -> ArchiveReport {
        try await store.withEngine { try await $0.archive([RetentionRule()], by: .person("ana")) }
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: archive.path).sorted()
    }

    /// What somebody does to the archive, or to what the log says of it, behind the program's back.
    enum Damage: String, CaseIterable, Sendable {
        case missing, cut, emptied, replaced, resealed
        case recordedSum = "data = replace(data, '\"sha256\":\"', '\"sha256\":\"00')"
        case lastHash
    }

    private func damage(_ damage: Damage, _ file: String) throws {
        let url = URL(fileURLWithPath: file)
        let plain = try PlainDatabase(folder.file())
        for name in try plain.values("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
            try plain.run("DROP TRIGGER \(name)")
        }
        switch damage {
        case .missing: try FileManager.default.removeItem(at: url)
        case .cut: try Data(contentsOf: url).dropLast().write(to: url)
        case .emptied: try Data().write(to: url)
        case .replaced: try Data("no segment\n".utf8).write(to: url)
        case .resealed:
            // The same lines under a stream of its own: nothing in it is wrong but that it is another file.
            var bytes = try Data(contentsOf: url)
            bytes[4] ^= 1
            try bytes.write(to: url)
        case .recordedSum:
            try plain.run("UPDATE events SET \(damage.rawValue) WHERE kind = 'engine.archived'")
        case .lastHash: try plain.run("UPDATE pruned_ranges SET last_hash = randomblob(32)")
        }
    }

    @Test(arguments: Damage.allCases)
    func `what was changed is found and named`(damage: Damage) async throws {
        let (store, _) = try await filled()
        let segment = try #require(try await archiveAll(store).segments.first)
        #expect(try store.audit().findings == [])
        try self.damage(damage, "\(archive.path)/\(segment.file)")
        let report = try store.audit()
        let finding = report.findings.first { $0.part == .archive }
        #expect(finding?.sentence.contains(segment.file) == true, "\(report.findings.map(\.sentence))")
    }

    @Test func `each byte that is changed is found`() async throws {
        let (store, _) = try await filled()
        let segment = try #require(try await archiveAll(store).segments.first)
        let url = URL(fileURLWithPath: "\(archive.path)/\(segment.file)")
        let bytes = try Data(contentsOf: url)
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[index] ^= 1
            try changed.write(to: url)
            let content = try? SegmentContent(reading: url.path)
            #expect(content?.isAsRecorded(segment) != true, "byte \(index) of \(bytes.count)")
        }
        try bytes.write(to: url)
        #expect(try SegmentContent(reading: url.path).isAsRecorded(segment))
    }

    /// Where a run dies.
    enum Moment: String, CaseIterable, Sendable {
        case whileWriting, beforeTheRecord, beforeThePruning, whilePruning
    }

    @Test(arguments: Moment.allCases)
    func `a run that dies loses nothing, and the next one ends it`(moment: Moment) async throws {
        let (store, jobs) = try await filled()
        let before = try store.sealedEvents().map(\.event).filter { $0.job.map(jobs.contains) == true }
        try await SampleLog.with(store, seed: 2) { sample in
            if moment == .whileWriting {
                try FileManager.default.createDirectory(
                    atPath: archive.path, withIntermediateDirectories: false)
                try Data("half".utf8).write(to: URL(fileURLWithPath: "\(archive.path)/segment.partial"))
                return
            }
            let (event, versions) = try #require(
                try await archive.write(jobs, of: store, withArtifacts: true, reason: nil))
            if moment == .beforeTheRecord { return }
            let recorded = try await sample.log.write { $0.record(.archived(event), by: .person("ana")) }
            guard moment == .whilePruning else { return }
            let archived = ArchivedJobs(event: recorded.position, versions: versions)
            _ = try await sample.log.write {
                try $0.prune(jobs, limit: 11, archived: archived, reason: nil, by: .person("ana"))
            }
        }
        #expect(try store.audit().findings == [])

        let report = try await archiveAll(store)
        #expect(try store.audit().findings == [])
        let isRecorded = moment == .beforeThePruning || moment == .whilePruning
        #expect(report.segments.count == (isRecorded ? 0 : 1))
        #expect(try names().count == (moment == .beforeTheRecord ? 2 : 1))
        for job in jobs {
            #expect(try store.openReader().job(job) == nil)
            let archived = try #require(try store.openArchived(job))
            let events = try archived.openReader().events(EventQuery(job: job)).events
            #expect(events == before.filter { $0.job == job })
        }
        #expect(try await archiveAll(store).segments.isEmpty)
    }
}
