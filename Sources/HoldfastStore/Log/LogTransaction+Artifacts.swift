public import HoldfastCore

// Files that jobs keep: their bytes stand beside the log, and the event that records them makes them be found.
extension LogTransaction {
    /// The file that a job keeps under a name, with everything that was decided before; nil when there is none.
    public func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord? {
        if let record = pending.artifacts[job]?[name] { return record }
        return try writer.artifact(name, of: job)
    }

    /// Writes a chunk of an upload that begins at byte `offset`.
    ///
    /// Safe to repeat: a chunk that is there stays as it is.
    ///
    /// - Throws: `JobRejection.leaseLost`, `StoreError`.
    public func append(_ content: [UInt8], to upload: BlobUpload, at offset: Int64) throws {
        guard try job(upload.job)?.leaseToken == upload.token else { throw JobRejection.leaseLost }
        pending.blobs.append(.append(upload, at: offset, content: content))
    }

    /// Records that a job keeps a file whose bytes were uploaded, or are in the store already.
    ///
    /// The same file under the same name is not recorded again. Bytes that are there already are kept once: the upload
    /// is then left as it is, to be removed.
    ///
    /// - Parameters:
    ///   - artifact: What is saved.
    ///   - upload: Where its bytes are, all of them written; nil when they should be in the store already.
    ///   - job: The job that saves it.
    ///   - token: The lease of the run.
    ///   - actor: The worker.
    /// - Returns: Whether the upload was taken; false when the bytes were there already.
    /// - Throws: `JobRejection.leaseLost`; `ArtifactFault.contentMissing` when there are no such bytes; `StoreError`.
    @discardableResult
    public func save(
        _ artifact: ArtifactSaved, from upload: BlobUpload?, on job: JobID, _ token: LeaseToken,
        by actor: EventActor
    ) throws -> Bool {
        let hasContent = try hasBlob(artifact.sha256)
        if !hasContent, upload == nil { throw ArtifactFault.contentMissing(sha256: artifact.sha256) }
        try execute(.work(token, .saveArtifact(artifact, recorded: nil)), on: job, by: actor)
        guard !hasContent, let upload else { return false }
        pending.blobs.append(.complete(upload, sha256: artifact.sha256))
        return true
    }

    /// Removes what was written of an upload from byte `offset` on, and all of it when that is 0.
    ///
    /// What was recorded meanwhile stays: it is no upload any more.
    public func remove(_ upload: BlobUpload, from offset: Int64) {
        pending.blobs.append(.remove(upload, from: offset))
    }

    /// Tells whether nobody can finish an upload, because its lease has ended.
    public func isAbandoned(_ upload: BlobUpload) throws(StoreError) -> Bool {
        try job(upload.job)?.leaseToken != upload.token
    }

    /// Tells whether bytes with this SHA-256 are in the store, or will be with this transaction.
    public func hasBlob(_ sha256: String) throws(StoreError) -> Bool {
        let isPending = pending.blobs.contains { change in
            if case .complete(_, sha256) = change { true } else { false }
        }
        if isPending { return true }
        return try writer.hasBlob(sha256)
    }
}
