import HoldfastCore
import HoldfastStore

// What the audit reads of the log: the columns as they are stored, so that nothing is mended on the way.
extension Connection {
    /// Walks along the whole log.
    ///
    /// It is called within one read transaction.
    ///
    /// - Parameters:
    ///   - anchor: An end of the log that somebody kept elsewhere.
    ///   - body: Is given each row, whose first columns are those of `EventRows`.
    /// - Returns: What was found.
    /// - Throws: `StoreError` when the file cannot be read; what `body` throws.
    func walkChain(
        anchor: LogHead?, _ body: (Statement) throws(StoreError) -> Void
    ) throws(StoreError) -> AuditReport {
        var page: ArraySlice<SealedRange> = []
        var last = EventLogPosition.beginning
        var walk = ChainWalk(
            anchor: anchor, partlyPruned: Set(try readPartlyPrunedJobs(limit: .max)),
            ranges: { () throws(StoreError) in
                if page.isEmpty { page = ArraySlice(try self.readPrunedRanges(after: last, limit: 1_000)) }
                last = page.last?.range.first ?? last
                return page.popFirst()
            })
        let rows = try statement(
            #"""
            SELECT position, job, version, kind, schema_version, at, attempt, actor, data, salt, data_hash, hash
              FROM events
             ORDER BY position
            """#, for: "verify the log")
        defer { rows.reset() }
        while try rows.step() {
            try walk.take(
                ChainWalk.Row(
                    columns: SealedColumns(
                        position: rows.integer(0), job: rows.isNull(1) ? nil : rows.textBytes(1),
                        version: rows.optionalInteger(2), kind: rows.textBytes(3),
                        schemaVersion: rows.integer(4), at: rows.integer(5),
                        attempt: rows.optionalInteger(6), actor: rows.textBytes(7)),
                    data: UnsafeRawBufferPointer(rows.textBytes(8)), salt: rows.blob(9),
                    dataHash: SHA256Sum(rows.blob(10)), hash: SHA256Sum(rows.blob(11))))
            try body(rows)
        }
        return try walk.finish(lastUsed: try readHeadPosition())
    }

    /// Sums up every large value and every file and compares that with its name; each that an event refers to has to be there.
    func checkContents() throws(StoreError) -> AuditReport {
        var report = AuditReport()
        let payloads = try statement(
            #"SELECT sha256, content, bytes FROM payloads ORDER BY sha256"#, for: "verify the large values")
        defer { payloads.reset() }
        while try payloads.step() {
            report.contents += 1
            var sum = SHA256Stream()
            let content = UnsafeRawBufferPointer(payloads.textBytes(1))
            sum.update(content)
            if sum.sum().hexadecimal != payloads.text(0) || Int64(content.count) != payloads.integer(2) {
                report.note(.content, "the large value \(payloads.text(0)) was changed")
            }
        }
        let blobs = try statement(
            #"SELECT id, sha256, bytes FROM blobs WHERE sha256 IS NOT NULL ORDER BY id"#,
            for: "verify the files")
        defer { blobs.reset() }
        while try blobs.step() {
            report.contents += 1
            let (sum, bytes) = try sum(ofBlob: blobs.integer(0))
            if sum.hexadecimal != blobs.text(1) || bytes != blobs.integer(2) {
                report.note(.content, "the file \(blobs.text(1)) was changed")
            }
        }
        let missing = try statement(
            #"""
            SELECT sha256, job
              FROM content_uses
             WHERE sha256 NOT IN (SELECT sha256 FROM payloads)
               AND sha256 NOT IN (SELECT sha256 FROM blobs WHERE sha256 IS NOT NULL)
            """#, for: "verify the large values")
        defer { missing.reset() }
        while try missing.step() {
            report.note(.content, "the value \(missing.text(0)) of job \(missing.text(1)) is missing")
        }
        return report
    }

    private func sum(ofBlob blob: Int64) throws(StoreError) -> (sum: SHA256Sum, bytes: Int64) {
        let chunks = try statement(
            #"SELECT start, content FROM blob_chunks WHERE blob = ?1 ORDER BY start"#, for: "verify a file")
        defer { chunks.reset() }
        chunks.bind(blob, at: 1)
        var (sum, bytes) = (SHA256Stream(), Int64(0))
        while try chunks.step() {
            // A gap or an overlap gives another length than the one that is kept.
            guard chunks.integer(0) == bytes else { return (.zero, -1) }
            let content = chunks.blob(1)
            sum.update(content)
            bytes += Int64(content.count)
        }
        return (sum.sum(), bytes)
    }
}
