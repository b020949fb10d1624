import HoldfastCore
import HoldfastStore

extension Connection {
    /// The file that a job keeps under a name; nil when there is none.
    func readArtifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord? {
        let statement = try statement(
            #"""
            SELECT name, media_type, bytes, sha256, saved_at, position
              FROM artifacts
             WHERE job = ?1 AND name = ?2
            """#, for: "read an artifact")
        defer { statement.reset() }
        statement.bind(job, at: 1)
        statement.bind(name, at: 2)
        return try statement.step() ? artifactRecord(statement) : nil
    }

    /// A page of the files that a job keeps, ordered by the bytes of their names.
    func readArtifacts(
        of job: JobID, after name: ArtifactName?, limit: Int
    ) throws(StoreError) -> [ArtifactRecord] {
        let statement = try statement(
            #"""
            SELECT name, media_type, bytes, sha256, saved_at, position
              FROM artifacts
             WHERE job = ?1 AND name > ?2
             ORDER BY name
             LIMIT ?3
            """#, for: "read a job's artifacts")
        defer { statement.reset() }
        statement.bind(job, at: 1)
        // The empty name stands before all others.
        statement.bind(name?.rawValue ?? "", at: 2)
        statement.bind(limit, at: 3)
        var records: [ArtifactRecord] = []
        while try statement.step() { records.append(artifactRecord(statement)) }
        return records
    }

    private func artifactRecord(_ row: Statement) -> ArtifactRecord {
        ArtifactRecord(
            saved: ArtifactSaved(
                name: ArtifactName(unchecked: row.text(0)), mediaType: MediaType(unchecked: row.text(1)),
                bytes: row.integer(2), sha256: row.text(3)),
            savedAt: Timestamp(microseconds: row.integer(4)), position: row.position(5))
    }
}
