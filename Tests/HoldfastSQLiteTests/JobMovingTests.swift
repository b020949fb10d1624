import Foundation
import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastSQLite

/// A job goes from one log to another with all that belongs to it, or not at all.
@Suite("Moving jobs")
struct JobMovingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The bytes of an export.
    private func export(_ job: JobID, from store: SQLiteStore, withArtifacts: Bool = true) throws -> [UInt8] {
        var exporter = JobExporter(job, from: store.identity, withArtifacts: withArtifacts)
        let reader = try store.openReader()
        var bytes: [UInt8] = []
        while let piece = try exporter.next(from: reader) { bytes += piece }
        return bytes
    }

    @discardableResult
    private func take(_ bytes: [UInt8], into sample: SampleLog, resuming: Bool = true) async throws
        -> JobState
    {
        let source = ExportSource(bytes: bytes)
        let export = try await source.check()
        return try await sample.log.write {
            try $0.importJob(source, export, resuming: resuming, by: .person("ana"))
        }
    }

    private func events(of job: JobID, in store: SQLiteStore) throws -> [StoredEvent] {
        try store.sealedEvents().map(\.event).filter { $0.job == job }
    }

    /// Jobs that have seen most of what can happen to one.
    private func lives() async throws -> (store: SQLiteStore, jobs: [JobID]) {
        let store = try folder.store("source.db")
        try await SampleLog.with(store) { sample in
            _ = try await sample.oneOfEach()
            try await sample.lives(jobs: 25, rounds: 150, seed: 3)
            let (job, token) = try await sample.running()
            for name in ["a.txt", "b.txt"] as [ArtifactName] {
                try await sample.save(name, Array(name.rawValue.utf8), on: job, token)
            }
            for number in 0..<30 {
                try await sample.work((0..<100).map { .note(number * 100 + $0) }, on: job, token)
            }
            try await sample.limits()
        }
        return (store, try store.openReader().jobs(JobQuery(limit: 1000)).map(\.id))
    }

    @Test func `a history comes over as it was, under new positions`() async throws {
        let (source, jobs) = try await lives()
        let target = try folder.store("target.db")
        #expect(jobs.count > 20)
        try await SampleLog.with(target, seed: 2) { sample in
            for job in jobs {
                let before = try await sample.log.read { try $0.head().position }
                let state = try await take(export(job, from: source), into: sample)
                let (old, all) = (try events(of: job, in: source), try events(of: job, in: target))
                let new = all.prefix(old.count)
                #expect(new.map(\.version) == old.map(\.version))
                #expect(new.map(\.kind) == old.map(\.kind))
                #expect(new.map(\.at) == old.map(\.at))
                #expect(new.map(\.attempt) == old.map(\.attempt))
                #expect(new.map(\.actor) == old.map(\.actor))
                // Where data name a position of the job's own history, it is the new one.
                let named: Set<String> = ["lease.released", "lease.expired", "checkpoint.refused"]
                for (left, right) in zip(old, new) where !named.contains(left.kind) {
                    #expect(left.data == right.data)
                }
                #expect(new.first?.position.value == before.value + 2)
                let original = try #require(try source.openReader().job(job))
                let wasRunning = original.leaseToken != nil
                #expect(all.count == old.count + (wasRunning ? 1 : 0))
                if !wasRunning { #expect(state.phase.name == original.phase.name) }
                #expect(state.leaseToken == nil)
            }
        }
        #expect(try target.firstBreak() == nil)
        let imported = try target.sealedEvents().compactMap { sealed -> JobImported? in
            guard case .engine(.jobImported(let event)) = try sealed.event.decoded().event else { return nil }
            return event
        }
        #expect(imported.map(\.job) == jobs)
        for event in imported {
            let last = try #require(try source.sealedEvents().last { $0.event.job == event.job })
            #expect(event.log == source.identity)
            #expect(event.last == last.event.position)
            #expect(event.hash == last.seal.hash.hexadecimal)
        }
    }

    @Test func `the rows of jobs that were taken over are those of a rebuild`() async throws {
        let (source, jobs) = try await lives()
        let target = try folder.store("target.db")
        try await SampleLog.with(target, seed: 2) { sample in
            for (index, job) in jobs.enumerated() {
                try await take(export(job, from: source), into: sample, resuming: index % 2 == 0)
            }
        }
        let plain = try PlainDatabase(folder.file("target.db"))
        let kept: Set<String> = [
            "log_identity", "events", "payloads", "migrations", "blobs", "blob_chunks", "sqlite_sequence",
            "sqlite_stat1",
        ]
        let tables = try plain.values("SELECT name FROM sqlite_schema WHERE type = 'table'").filter {
            !kept.contains($0)
        }
        let before = try tables.map { try plain.dump($0) }
        try target.rebuildProjections()
        for (table, rows) in zip(tables, before) { #expect(try plain.dump(table) == rows, "\(table)") }
        #expect(try plain.dump("leases").isEmpty)
    }

    @Test func `an unfinished job is paused and says why, unless it may go on`() async throws {
        let source = try folder.store("source.db")
        let jobs = try await SampleLog.with(source) { try await $0.oneOfEach() }
        for resuming in [false, true] {
            try await SampleLog.with(try folder.store("target-\(resuming).db"), seed: 2) { sample in
                for (phase, job) in jobs {
                    let state = try await take(export(job, from: source), into: sample, resuming: resuming)
                    // Who was asked to stop has stopped.
                    let expected: JobPhaseName =
                        switch phase {
                        case .running: .cancelled
                        case .scheduled, .queued, .waiting, .paused: resuming ? phase : .paused
                        case .completed, .failed, .cancelled: phase
                        }
                    #expect(state.phase.name == expected, "\(phase)")
                    if !resuming, phase == .queued, case .paused(let paused) = state.phase {
                        #expect(paused.reason == "imported from log \(source.identity)")
                        try await sample.execute(.steer(.resume(reason: nil)), on: job)
                        _ = try await sample.start(job)
                    }
                }
            }
        }
    }

    @Test func `a job that is there is refused, also by the same file`() async throws {
        let (source, jobs) = try await lives()
        let bytes = try export(jobs[0], from: source)
        let target = try folder.store("target.db")
        try await SampleLog.with(target, seed: 2) { sample in
            try await take(bytes, into: sample)
            let head = try await sample.log.read { try $0.head() }
            await #expect(throws: MovingRejection.jobExists(jobs[0])) { try await take(bytes, into: sample) }
            #expect(try await sample.log.read { try $0.head() } == head)
        }
        await #expect(throws: MovingRejection.jobExists(jobs[0])) {
            try await SampleLog.with(source, seed: 3) { try await take(bytes, into: $0) }
        }
    }

    @Test func `a file that was cut or changed anywhere is found`() async throws {
        let source = try folder.store("source.db")
        let job = try await SampleLog.with(source) { sample in
            let (job, token) = try await sample.running()
            try await sample.save("a.txt", Array("content".utf8), on: job, token)
            try await sample.work([.note(1), .note(2), .complete(output: .null)], on: job, token)
            return job
        }
        let bytes = try export(job, from: source)
        _ = try await ExportSource(bytes: bytes).check()
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
        #expect(lines.count == 9)
        func joined(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [UInt8(ascii: "\n")] } }
        func expectFound(_ changed: [UInt8], _ what: String) async {
            await #expect(throws: ExportFault.self, "\(what)") {
                try await ExportSource(bytes: changed).check()
            }
        }
        await expectFound([], "nothing")
        for index in lines.indices {
            var (missing, swapped) = (lines, lines)
            missing.remove(at: index)
            await expectFound(joined(missing), "without line \(index)")
            await expectFound(joined(Array(lines.prefix(index))), "cut before line \(index)")
            await expectFound(joined(lines + [lines[index]]), "with line \(index) behind it")
            guard index + 1 < lines.count else { continue }
            swapped.swapAt(index, index + 1)
            await expectFound(joined(swapped), "with lines \(index) and the next swapped")
        }
        var random = SeededRandom(seed: 7)
        for _ in 0..<200 {
            var changed = bytes
            changed[Int(random.next() % UInt64(bytes.count - 1))] ^= 1
            await expectFound(changed, "with a changed bit")
            await expectFound(Array(bytes.prefix(Int(random.next() % UInt64(bytes.count - 1)))), "cut")
        }
    }

    @Test func `large values and the bytes of artifacts come with it`() async throws {
        let source = try folder.store("source.db")
        let text = String(repeating: "ä", count: 400_000)
        let value = JSONText.string(text)
        let content = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let (job, saved) = try await SampleLog.with(source) { sample in
            let (job, token) = try await sample.running()
            let prepared = try sample.log.payload(value)
            try await sample.log.write { transaction in
                prepared.keep(in: transaction)
                let event = AppEmitted(name: "large", payload: prepared.payload)
                try transaction.execute(.work(token, .emit(event)), on: job, by: .worker("worker-1"))
            }
            var sum = SHA256Stream()
            content.withUnsafeBytes { sum.update($0) }
            let saved = ArtifactSaved(
                name: "data.bin", mediaType: .bytes, bytes: Int64(content.count),
                sha256: sum.sum().hexadecimal)
            let upload = BlobUpload(id: String(repeating: "a", count: 32), job: job, token: token)
            try await sample.log.write { transaction in
                for start in stride(from: 0, to: content.count, by: 250_000) {
                    let chunk = Array(content[start..<min(content.count, start + 250_000)])
                    try transaction.append(chunk, to: upload, at: Int64(start))
                }
                try transaction.save(saved, from: upload, on: job, token, by: .worker("worker-1"))
            }
            return (job, saved)
        }
        let bytes = try export(job, from: source)
        try await SampleLog.with(try folder.store("target.db"), seed: 2) { sample in
            try await take(bytes, into: sample)
            let reference = PayloadReference(
                sha256: SHA256Sum(of: value.text).hexadecimal, bytes: Int64(value.byteCount))
            #expect(try await sample.log.read { try $0.payload(reference) } == value)
            let record = try await sample.log.read { try $0.artifact("data.bin", of: job) }
            #expect(record?.saved == saved)
            let copied = try await sample.log.read { reader in
                var copied: [UInt8] = []
                while let chunk = try reader.blob(saved.sha256, from: Int64(copied.count)), !chunk.isEmpty {
                    copied += chunk
                }
                return copied
            }
            #expect(copied == content)
            #expect(try await sample.log.read { try $0.uploads(limit: 10) }.isEmpty)
        }
        // Without the bytes only a log that has them takes it.
        let without = try export(job, from: source, withArtifacts: false)
        #expect(without.count < bytes.count)
        let empty = try folder.store("empty.db")
        try await SampleLog.with(empty, seed: 4) { sample in
            await #expect(throws: MovingRejection.contentMissing(sha256: saved.sha256)) {
                try await take(without, into: sample)
            }
            let head = try await sample.log.read { try $0.head() }
            #expect(head == .beginning)
        }
        #expect(try empty.sealedEvents().isEmpty)
    }

    @Test func `a file that is changed between its check and its import is taken over not at all`()
        async throws
    {
        let (source, jobs) = try await lives()
        let long = try #require(
            try jobs.max { try events(of: $0, in: source).count < events(of: $1, in: source).count })
        let path = folder.file("job.ndjson")
        try Data(export(long, from: source)).write(to: URL(fileURLWithPath: path))
        let file = ExportSource(path: path)
        let checked = try await file.check()
        try Data(export(jobs[0], from: source)).write(to: URL(fileURLWithPath: path))
        let target = try folder.store("target.db")
        try await SampleLog.with(target, seed: 2) { sample in
            await #expect(throws: MovingRejection.contentChanged) {
                _ = try await sample.log.write {
                    try $0.importJob(file, checked, resuming: true, by: .person("ana"))
                }
            }
            // What was given to the backend before the end is gone, and the log goes on.
            #expect(try await sample.log.read { try $0.head() } == .beginning)
            _ = try await sample.enqueue()
        }
        #expect(try target.sealedEvents().count == 1)
        #expect(try target.firstBreak() == nil)
    }

    @Test func `who follows the log gets all of it, however long it is`() async throws {
        let (source, jobs) = try await lives()
        let bytes = try jobs.map { try export($0, from: source) }
        var configuration = LogConfiguration()
        configuration.recentEvents = 64
        try await SampleLog.with(try folder.store("target.db"), seed: 2, configuration: configuration) {
            sample in
            var signals = sample.log.feed.signals().makeAsyncIterator()
            var (query, seen) = (EventQuery(limit: 1000), [StoredEvent]())
            for bytes in bytes {
                try await take(bytes, into: sample)
                await signals.next()
                while true {
                    let page = try await sample.log.page(query)
                    query.after = page.through
                    seen += page.events
                    if page.events.isEmpty { break }
                }
            }
            let all = try sample.store.sealedEvents().map(\.event)
            #expect(seen == all)
            #expect(all.count > 3_000)
        }
    }
}
