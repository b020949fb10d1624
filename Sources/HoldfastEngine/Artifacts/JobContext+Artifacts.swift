public import HoldfastCore
import HoldfastStore

extension JobContext {
    /// Keeps a file with the job and returns once that is durable.
    ///
    /// Whoever lists the job's artifacts sees it from then on, while the job runs and after it failed. A second file of
    /// the same name replaces the first in the list; the history keeps both. Saving the same bytes under the same name
    /// once more, as a handler does that begins again, writes nothing. Equal bytes are kept once, whatever their names
    /// and jobs.
    ///
    /// - Parameters:
    ///   - name: The name within the job, which may be a path such as `src/main.swift`.
    ///   - mediaType: What the bytes are.
    ///   - content: The bytes, all of them in memory; a sequence of chunks is better for a large file.
    /// - Returns: What was recorded.
    /// - Throws: `CancellationError` when the run is over; `StoreError` when the file is above the limit, and when the
    ///   store fails in a way that waiting does not help.
    @discardableResult
    public func save(
        artifact name: ArtifactName, mediaType: MediaType = .bytes, _ content: some Sequence<UInt8> & Sendable
    ) async throws -> ArtifactSaved {
        try checkInterruption(isWithinStep: currentStep != nil)
        waits.beginCall()
        defer { waits.endCall() }
        var upload = ArtifactUpload(self, name, mediaType)
        return try await upload.save(Array(content))
    }

    /// Keeps a text with the job, in UTF-8, as `save(artifact:mediaType:_:)` keeps bytes.
    ///
    /// - Throws: As for bytes.
    @discardableResult
    public func save(
        artifact name: ArtifactName, mediaType: MediaType = .text, _ text: String
    ) async throws -> ArtifactSaved {
        try await save(artifact: name, mediaType: mediaType, Array(text.utf8))
    }

    /// Keeps a large file with the job, chunk by chunk, and returns once all of it is durable.
    ///
    /// Memory holds one of its chunks and 256 KiB (configurable), whatever its size, and other writers wait for no more
    /// than that. Nobody sees the file before its last byte is written; when the sequence throws or the process dies,
    /// nothing of it remains.
    ///
    /// - Parameters:
    ///   - name: The name within the job.
    ///   - mediaType: What the bytes are.
    ///   - chunks: The bytes in pieces of any size.
    ///   - isolation: The actor of the caller, on which `chunks` is iterated.
    /// - Returns: What was recorded.
    /// - Throws: What `chunks` throws, and as for bytes.
    @discardableResult
    public func save<Chunks: AsyncSequence>(
        artifact name: ArtifactName, mediaType: MediaType = .bytes, contentsOf chunks: Chunks,
        isolation: isolated (any Actor)? = #isolation
    ) async throws -> ArtifactSaved where Chunks.Element: Sequence<UInt8> {
        try checkInterruption(isWithinStep: currentStep != nil)
        waits.beginCall()
        defer { waits.endCall() }
        var upload = ArtifactUpload(self, name, mediaType)
        do {
            var iterator = chunks.makeAsyncIterator()
            while let chunk = try await iterator.next(isolation: isolation) {
                try checkInterruption(isWithinStep: currentStep != nil)
                try await upload.append(Array(chunk))
            }
            return try await upload.finish()
        } catch {
            await upload.abandon()
            throw error
        }
    }

    /// Keeps a file that this or another job keeps already, without reading its bytes.
    ///
    /// - Parameters:
    ///   - name: The name within this job.
    ///   - record: The file as it was saved before.
    /// - Returns: What was recorded.
    /// - Throws: `CancellationError` when the run is over, `ArtifactFault.contentMissing`, `StoreError`.
    @discardableResult
    public func save(artifact name: ArtifactName, copying record: ArtifactRecord) async throws
        -> ArtifactSaved
    {
        try checkInterruption(isWithinStep: currentStep != nil)
        waits.beginCall()
        defer { waits.endCall() }
        let saved = ArtifactSaved(
            name: name, mediaType: record.mediaType, bytes: record.bytes, sha256: record.sha256)
        try await recordArtifact(saved)
        return saved
    }

    /// The files that this job keeps, ordered by the bytes of their names.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, `StoreError`.
    public func artifacts() async throws -> [ArtifactRecord] {
        let job = job
        return try await engine.fetch { try $0.allArtifacts(of: job) }
    }

    /// The files that another job keeps so far, ordered by the bytes of their names.
    ///
    /// - Throws: `JobRejection.unknownJob`, `CancellationError` when the task is cancelled, `StoreError`.
    public func artifacts(of other: JobID) async throws -> [ArtifactRecord] {
        try await engine.artifacts(of: other)
    }

    /// The bytes of a file that this or another job keeps, read chunk by chunk as they are taken.
    public func content(of record: ArtifactRecord) -> ArtifactContent { engine.content(of: record) }

    /// Records a file whose bytes are in the store.
    func recordArtifact(_ saved: ArtifactSaved) async throws {
        let (job, token, worker) = (job, token, worker)
        try await write { transaction in
            _ = try transaction.save(saved, from: nil, on: job, token, by: .worker(worker))
        }
    }
}

/// A file that cannot be kept today cannot be kept by another attempt either.
extension ArtifactFault: PermanentError {}
