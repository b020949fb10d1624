import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// Values above 64 KiB stand beside the log, each once.
@Suite("Large values")
struct PayloadTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A JSON string with so many bytes in all.
    private static func value(_ bytes: Int, _ letter: Character = "x") -> JSONText {
        .string(String(repeating: letter, count: bytes - 2))
    }

    private func emit(_ value: JSONText, _ sample: SampleLog, on job: JobID, _ token: LeaseToken) async throws
    {
        let prepared = try sample.log.payload(value)
        try await sample.log.write { transaction in
            prepared.keep(in: transaction)
            let event = AppEmitted(name: "value", payload: prepared.payload)
            try transaction.execute(.work(token, .emit(event)), on: job, by: .worker("worker-1"))
        }
    }

    @Test func `64 KiB stay in the event, one byte more goes into the table of payloads`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            let plain = try PlainDatabase(folder.file())
            try await emit(Self.value(65_536), sample, on: job, token)
            #expect(try plain.value("SELECT count(*) FROM payloads") == "0")
            let large = Self.value(65_537)
            try await emit(large, sample, on: job, token)
            let digest = SHA256Sum(of: large.text).hexadecimal
            #expect(
                try plain.rows("SELECT sha256, bytes, content FROM payloads") == [
                    [digest, "65537", large.text]
                ])
            let event = try #require(try sample.store.sealedEvents().last).event
            #expect(event.data.text.contains(digest))
            #expect(event.data.byteCount < 300)
            let payload = Payload.stored(PayloadReference(sha256: digest, bytes: 65_537))
            #expect(try await sample.log.value(of: payload) == large)
        }
    }

    @Test func `equal values are kept once, also by another process`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            for _ in 0..<3 { try await emit(Self.value(70_000), sample, on: job, token) }
            try await emit(Self.value(70_000, "y"), sample, on: job, token)
        }
        try await SampleLog.with(try folder.store(), seed: 2) { sample in
            let (job, token) = try await sample.running()
            try await emit(Self.value(70_000), sample, on: job, token)
            #expect(sample.log.feed.head == EventLogPosition(9))
        }
        let plain = try PlainDatabase(folder.file())
        #expect(try plain.values("SELECT substr(content, 2, 1) FROM payloads ORDER BY 1") == ["x", "y"])
    }

    @Test func `a command that fails takes its large value with it`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            let stale = LeaseToken(token.position.next)
            await #expect(throws: JobRejection.leaseLost) {
                try await emit(Self.value(70_000), sample, on: job, stale)
            }
            #expect(try PlainDatabase(folder.file()).value("SELECT count(*) FROM payloads") == "0")
        }
    }

    @Test func `a log of large values can be rebuilt, and keeps them`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            for letter in "abc" { try await emit(Self.value(1_000_000, letter), sample, on: job, token) }
        }
        let plain = try PlainDatabase(folder.file())
        let before = [try plain.dump("jobs"), try plain.dump("payloads")]
        try folder.store().rebuildProjections()
        #expect([try plain.dump("jobs"), try plain.dump("payloads")] == before)
    }
}
