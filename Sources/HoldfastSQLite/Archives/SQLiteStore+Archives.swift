public import HoldfastCore
public import HoldfastStore

extension SQLiteStore: ArchivingStorage {
    /// The folder beside the file that has its name and `.archive` behind it.
    public var archiveFolder: ArchiveFolder { ArchiveFolder(path + ArchiveFolder.suffix) }

    /// Lays out a job that was archived, in memory, as `ArchivingStorage` says.
    public func openArchived(_ job: JobID) throws -> (any StorageBackend)? {
        guard let archive = try SQLiteReader(try openForReading()).archive(of: job) else { return nil }
        let segment = archive.segment
        guard let path = archiveFolder.path(of: segment) else {
            throw StoreError(
                .unavailable, operation: "read an archived job",
                reason: "job \(job) was archived; \(archiveFolder.absence(of: segment)); put it there")
        }
        return try ArchivedLog(ExportSource(path: path).selecting(job), of: identity)
    }
}
