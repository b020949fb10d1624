import HoldfastCore
import HoldfastStore

extension Connection {
    /// Finds complete bytes by their digest; nil when there are none.
    func findBlob(_ sha256: String) throws(StoreError) -> Int64? {
        let statement = try statement(
            #"SELECT id FROM blobs WHERE sha256 = ?1"#, for: "find an artifact's bytes")
        defer { statement.reset() }
        statement.bind(sha256, at: 1)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The rest of the chunk that holds a byte, from that byte on; empty behind the last one.
    func readChunk(of blob: Int64, from offset: Int64) throws(StoreError) -> [UInt8] {
        let statement = try statement(
            #"""
            SELECT start, content FROM blob_chunks
             WHERE blob = ?1 AND start <= ?2
             ORDER BY start DESC
             LIMIT 1
            """#, for: "read an artifact's bytes")
        defer { statement.reset() }
        statement.bind(blob, at: 1)
        statement.bind(offset, at: 2)
        guard try statement.step() else { return [] }
        let skipped = offset - statement.integer(0)
        return Array(statement.blob(1).dropFirst(Int(clamping: skipped)))
    }

    /// Uploads that no event has recorded yet.
    func readUploads(limit: Int) throws(StoreError) -> [UnfinishedUpload] {
        let statement = try statement(
            #"SELECT upload, job, token, bytes FROM blobs WHERE upload IS NOT NULL LIMIT ?1"#,
            for: "read uploads")
        defer { statement.reset() }
        statement.bind(limit, at: 1)
        var uploads: [UnfinishedUpload] = []
        while try statement.step() {
            let upload = BlobUpload(
                id: statement.text(0), job: try statement.job(1), token: LeaseToken(statement.position(2)))
            uploads.append(UnfinishedUpload(upload, bytes: statement.integer(3)))
        }
        return uploads
    }
}
