import HoldfastCore
import HoldfastStore

extension Connection {
    /// Brings the list of a job's files up to date.
    func writeArtifacts(_ records: [ArtifactRecord], of job: JobID) throws(StoreError) {
        for record in records {
            let upsert = try statement(
                #"""
                INSERT INTO artifacts (job, name, media_type, bytes, sha256, saved_at, position)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (job, name) DO UPDATE
                   SET media_type = excluded.media_type, bytes = excluded.bytes, sha256 = excluded.sha256,
                       saved_at = excluded.saved_at, position = excluded.position
                """#, for: "record an artifact")
            upsert.bind(job, at: 1)
            upsert.bind(record.name, at: 2)
            upsert.bind(record.mediaType, at: 3)
            upsert.bind(record.bytes, at: 4)
            upsert.bind(record.sha256, at: 5)
            upsert.bind(record.savedAt, at: 6)
            upsert.bind(record.position, at: 7)
            try upsert.run()
        }
    }
}
