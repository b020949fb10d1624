import HoldfastCore
import HoldfastStore

extension Connection {
    /// Writes, completes and removes bytes beside the log.
    func changeBlobs(_ changes: [WriteSet.BlobChange]) throws(StoreError) {
        for change in changes {
            switch change {
            case .append(let upload, let offset, let content):
                try appendChunk(content, to: upload, at: offset)
            case .complete(let upload, let sha256): try completeUpload(upload, as: sha256)
            case .remove(let upload, let offset): try removeUpload(upload, from: offset)
            }
        }
    }

    private func appendChunk(_ content: [UInt8], to upload: BlobUpload, at offset: Int64) throws(StoreError) {
        let begin = try statement(
            #"""
            INSERT INTO blobs (bytes, upload, job, token) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (upload) WHERE upload IS NOT NULL DO UPDATE SET bytes = max(bytes, excluded.bytes)
            """#, for: "write a chunk")
        begin.bind(offset + Int64(content.count), at: 1)
        begin.bind(upload.id, at: 2)
        begin.bind(upload.job, at: 3)
        begin.bind(upload.token.position, at: 4)
        try begin.run()
        // Without bytes there is nothing to point to, and the parameter would be null.
        guard !content.isEmpty else { return }
        let insert = try statement(
            #"""
            INSERT INTO blob_chunks (blob, start, content)
            SELECT id, ?2, ?3 FROM blobs WHERE upload = ?1
            ON CONFLICT (blob, start) DO NOTHING
            """#, for: "write a chunk")
        insert.bind(upload.id, at: 1)
        insert.bind(offset, at: 2)
        content.withUnsafeBytes { insert.bind($0, at: 3) }
        try insert.run()
    }

    private func completeUpload(_ upload: BlobUpload, as sha256: String) throws(StoreError) {
        let update = try statement(
            #"UPDATE blobs SET sha256 = ?2, upload = NULL, job = NULL, token = NULL WHERE upload = ?1"#,
            for: "complete an upload")
        update.bind(upload.id, at: 1)
        update.bind(sha256, at: 2)
        try update.run()
        guard changedRows == 1 else {
            throw StoreError(
                .constraint, operation: "complete an upload", reason: "there is no upload \(upload.id)")
        }
    }

    private func removeUpload(_ upload: BlobUpload, from offset: Int64) throws(StoreError) {
        let chunks = try statement(
            #"DELETE FROM blob_chunks WHERE blob = (SELECT id FROM blobs WHERE upload = ?1) AND start >= ?2"#,
            for: "remove an upload")
        chunks.bind(upload.id, at: 1)
        chunks.bind(offset, at: 2)
        try chunks.run()
        let rest =
            offset > 0
            ? try statement(#"UPDATE blobs SET bytes = ?2 WHERE upload = ?1"#, for: "remove an upload")
            : try statement(#"DELETE FROM blobs WHERE upload = ?1"#, for: "remove an upload")
        rest.bind(upload.id, at: 1)
        if offset > 0 { rest.bind(offset, at: 2) }
        try rest.run()
    }
}
