import Foundation
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// A person's data goes, and the events and the proof of them stay (P10).
@Suite("Redaction")
struct RedactionTests {
    private static let secret = "Rumpelstiltskin"
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A job that has ended, and holds the secret wherever a job can hold something.
    private func told(_ sample: SampleLog, _ secret: String = RedactionTests.secret) async throws -> JobID {
        let job = sample.newID()
        let origin = JobEnqueued(
            kind: "sample.job", queue: "imports", input: .inline(.string(secret)),
            key: JobKey(unchecked: "\(secret)-key"),
            owner: Owner(unchecked: secret), tags: [JobTag(unchecked: "\(secret)-tag")],
            retry: .constant(maxAttempts: 2, every: .seconds(1)),
            limitKey: LimitKey(unchecked: "\(secret)-limit"))
        try await sample.execute(.enqueue(origin), on: job)
        let token = try await sample.start(job)
        let large = try sample.log.payload(.string(String(repeating: secret, count: 9_000)))
        try await sample.log.write { transaction in
            large.keep(in: transaction)
            let event = AppEmitted(name: "large", payload: large.payload)
            try transaction.execute(.work(token, .emit(event)), on: job, by: .worker("worker-1"))
        }
        try await sample.save(
            ArtifactName(unchecked: "\(secret).txt"), Array("\(job) \(secret)".utf8), on: job, token)
        let step = StepKey(StepName(unchecked: "step-\(secret)"))
        try await sample.work(
            [
                .startStep(step, recorded: nil),
                .completeStep(step, output: .inline(.string(secret)), duration: 5, recorded: nil),
                .openCheckpoint(
                    CheckpointOpened(
                        checkpoint: WaitKey(.checkpoint, "gate"), summary: .inline(.string(secret))),
                    recorded: nil),
                .updateProgress(Progress(phase: secret, message: secret)),
                .writeLog(LogWritten(level: .info, message: secret)),
            ] + (0..<300).map { .note($0) }, on: job, token)
        let failure = JobFailure(type: "WrongName", message: secret, step: step)
        try await sample.work([.failAttempt(failure, .discard)], on: job, token)
        return job
    }

    @discardableResult
    private func redact(_ job: JobID, _ sample: SampleLog) async throws -> JobState {
        try await sample.log.write { try $0.redact(job, reason: "request 17", by: .person("ana")) }
    }

    /// The files in the folder that hold some bytes.
    private func files(with text: String) throws -> [String] {
        try folder.names().filter { name in
            try Data(contentsOf: URL(filePath: folder.file(name))).range(of: Data(text.utf8)) != nil
        }
    }

    @Test func `the values go from every file, the events stay, and the log proves them`() async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            let job = try await told(sample)
            let before = try await sample.log.read {
                try $0.events(EventQuery(job: job, limit: 1_000)).events
            }
            #expect(try !files(with: Self.secret).isEmpty)
            let left = try await redact(job, sample)
            #expect(try await sample.log.scrub())
            #expect(try files(with: Self.secret) == [])
            let after = try await sample.log.read { try $0.events(EventQuery(job: job, limit: 1_000)).events }
            #expect(after.map(\.position) == before.map(\.position))
            #expect(after.map(\.kind) == before.map(\.kind))
            #expect(after.map(\.at) == before.map(\.at))
            #expect(after.allSatisfy { $0.data == EventCodec.redacted })
            #expect(try await sample.state(job) == left)
            #expect(left.phase.name == .failed)
            #expect(left.version == before.last?.version)
            #expect(try store.audit().findings == [])
            try store.rebuildProjections()
            #expect(try await sample.state(job) == left)
            #expect(try store.audit().findings == [])
        }
        #expect(try files(with: Self.secret) == [])
    }

    @Test func `what other jobs use stays, and nothing else changes`() async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            try await sample.everything()
            let (kept, gone) = (try await told(sample, "Belladonna"), try await told(sample))
            let counters = try await sample.log.read { try $0.counters() }
            let state = try await sample.state(kept)
            try await redact(gone, sample)
            #expect(try await sample.log.read { try $0.counters() } == counters)
            #expect(try await sample.state(kept) == state)
            #expect(try store.audit().findings == [])
            try await sample.pruneAllEnded(limit: 40)
            #expect(try store.audit().findings == [])
            try store.rebuildProjections()
            #expect(try store.audit().findings == [])
            #expect(try await sample.log.read { try $0.job(gone) } == nil)
        }
    }

    @Test func `only what has ended is redacted, once, and nothing follows`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (running, _) = try await sample.running()
            await #expect(throws: RedactionRefusal.unfinished) { try await redact(running, sample) }
            let unknown = sample.newID()
            await #expect(throws: JobRejection.unknownJob) { try await redact(unknown, sample) }
            let job = try await told(sample)
            let left = try await redact(job, sample)
            let head = try await sample.log.read { try $0.head() }
            #expect(try await redact(job, sample) == left)
            #expect(try await sample.log.read { try $0.head() } == head)
            await #expect(throws: JobRejection.redacted) {
                try await sample.execute(.steer(.retry(reason: nil)), on: job)
            }
            _ = try await sample.log.write {
                try $0.prune([job], limit: 1_000, reason: nil, by: .person("ana"))
            }
            await #expect(throws: JobRejection.pruned) { try await redact(job, sample) }
        }
    }

    @Test func `a job whose parent may ask for its result is not redacted`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (parent, token) = try await sample.running()
            let child = sample.newID()
            try await sample.spawn(child, of: parent, token)
            try await sample.execute(.steer(.cancel(reason: nil)), on: child)
            await #expect(throws: RedactionRefusal.awaited) { try await redact(child, sample) }
            try await sample.work([.complete(output: .null)], on: parent, token)
            #expect(try await redact(child, sample).isRedacted)
        }
    }

    @Test func `a child that ends again after its parent was redacted ends`() async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            let (parent, token) = try await sample.running()
            let child = sample.newID()
            try await sample.spawn(child, of: parent, token)
            try await sample.work([.complete(output: .null)], on: parent, token)
            try await redact(parent, sample)
            try await sample.execute(.steer(.cancel(reason: nil)), on: child)
            #expect(try await sample.state(child).phase.name == .cancelled)
            #expect(try store.audit().findings == [])
        }
    }

    @Test func `of its past only the end is known`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let job = try await told(sample)
            let other = try await sample.enqueue()
            let left = try await redact(job, sample)
            try await sample.log.read { reader in
                let (before, at) = (EventLogPosition(left.phasePosition.value - 1), left.phasePosition)
                let past = try PastReader(reader, at: before)
                #expect(try past.job(job) == nil)
                #expect(past.absence(of: job) as? PastFault == .redacted(asked: before, from: at))
                #expect(try past.jobs(JobQuery(limit: 10)).map(\.id) == [])
                let then = try PastReader(reader, at: at)
                #expect(try then.job(job) == left)
                let now = try PastReader(reader, at: try reader.head().position)
                #expect(try now.jobs(JobQuery(limit: 10)).map(\.id) == [other, job])
            }
        }
    }

    @Test(arguments: [
        ("put back into an event", #"UPDATE events SET data = '{"reason":null}' WHERE kind = 'job.failed'"#),
        (
            "gone from one event more",
            #"UPDATE events SET data = '{"redacted":true}', salt = NULL WHERE position = 1"#
        ),
    ])
    func `values that are where they should not be are found`(name: String, sql: String) async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            _ = try await sample.enqueue()
            try await redact(try await told(sample), sample)
        }
        #expect(try store.audit().findings == [])
        try PlainDatabase(folder.file()).runUnguarded(sql)
        #expect(try store.audit().findings.contains { $0.part == .redaction })
    }

    @Test func `what is still at hand is forgotten`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let job = try await told(sample)
            let head = try await sample.log.read { try $0.head().position }
            let before = EventLogPosition(head.value - 1)
            #expect(sample.log.feed.recent(after: before, limit: 1)?.count == 1)
            try await redact(job, sample)
            #expect(sample.log.feed.recent(after: before, limit: 1) == nil)
        }
    }

    @Test func `a redaction that is taken back leaves everything`() async throws {
        struct ChangeOfMind: Error {}
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            let job = try await told(sample)
            let state = try await sample.state(job)
            await #expect(throws: ChangeOfMind.self) {
                try await sample.log.write { transaction in
                    _ = try transaction.redact(job, reason: nil, by: .person("ana"))
                    throw ChangeOfMind()
                }
            }
            #expect(try await sample.state(job) == state)
            #expect(try store.audit().findings == [])
        }
    }
}
