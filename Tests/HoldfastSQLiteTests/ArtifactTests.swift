import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// Files of jobs stand in the same file as the log, in chunks, each content once.
@Suite("Artifacts in a file")
struct ArtifactTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `the log does not grow by the bytes, and equal bytes stand there once`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 200_000)
            for name in ["a", "b"] as [ArtifactName] { try await sample.save(name, bytes, on: job, token) }
        }
        let plain = try PlainDatabase(folder.file())
        #expect(try plain.value("SELECT max(length(data)) < 300 FROM events") == "1")
        #expect(try plain.rows("SELECT bytes, upload FROM blobs") == [["200000", "NULL"]])
        #expect(try plain.values("SELECT length(content) FROM blob_chunks") == ["200000"])
        #expect(try plain.values("SELECT name FROM artifacts ORDER BY name") == ["a", "b"])
    }

    @Test
    func
        `a process that is killed in the middle of an upload leaves no file, and what it left can be removed`()
        async throws
    {
        let upload = try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            let upload = BlobUpload(id: "torn", job: job, token: token)
            for number in 0..<3 {
                try await sample.log.write {
                    try $0.append([1, 2, 3, 4], to: upload, at: Int64(number) * 4)
                }
            }
            return upload
        }
        try await SampleLog.with(try folder.store(), seed: 2) { sample in
            let left = [UnfinishedUpload(upload, bytes: 12)]
            #expect(try await sample.log.read { try $0.uploads(limit: 9) } == left)
            #expect(
                try await sample.log.read { try $0.artifacts(of: upload.job, after: nil, limit: 9) } == [])
            try await sample.execute(
                .expireLease(upload.token, .processDied, crashLimit: 5), on: upload.job)
            #expect(try await sample.log.write { try $0.isAbandoned(upload) })
            try await sample.log.write { $0.remove(upload, from: 8) }
            try await sample.log.write { $0.remove(upload, from: 0) }
        }
        let plain = try PlainDatabase(folder.file())
        #expect(try plain.value("SELECT count(*) FROM blobs") == "0")
        #expect(try plain.value("SELECT count(*) FROM blob_chunks") == "0")
    }
}
