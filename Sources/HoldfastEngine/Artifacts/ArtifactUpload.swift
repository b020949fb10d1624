import HoldfastCore
import HoldfastStore
import Logging

/// Takes the bytes of one artifact, writes them in chunks of one size, and records the whole.
///
/// What fits into one chunk is written with the event, in one transaction.
struct ArtifactUpload {
    private let context: JobContext
    private let name: ArtifactName
    private let mediaType: MediaType
    private let upload: BlobUpload
    private let chunkBytes: Int
    private let limit: Int64
    private var buffer: [UInt8] = []
    private var sum = SHA256Stream()
    private var taken: Int64 = 0
    private var written: Int64 = 0

    init(_ context: JobContext, _ name: ArtifactName, _ mediaType: MediaType) {
        self.context = context
        self.name = name
        self.mediaType = mediaType
        let log = context.engine.log
        upload = BlobUpload(
            id: Hexadecimal.text(of: context.engine.environment.log.identity()), job: context.job,
            token: context.token)
        chunkBytes = max(1, log.configuration.artifactChunkBytes)
        limit = log.configuration.artifactLimit
    }

    /// Records bytes that are all in memory; they are written only where they are not in the store yet.
    mutating func save(_ bytes: [UInt8]) async throws -> ArtifactSaved {
        try refuse(above: Int64(bytes.count))
        var sum = SHA256Stream()
        bytes.withUnsafeBytes { sum.update($0) }
        let saved = ArtifactSaved(
            name: name, mediaType: mediaType, bytes: Int64(bytes.count), sha256: sum.sum().hexadecimal)
        if try await isRecorded(saved) { return saved }
        if try await context.engine.fetch({ try $0.blob(saved.sha256, from: saved.bytes) }) != nil {
            try await context.recordArtifact(saved)
            return saved
        }
        do {
            try await append(bytes)
            return try await finish()
        } catch {
            await abandon()
            throw error
        }
    }

    /// Takes further bytes, and writes those that fill chunks while more are to come.
    ///
    /// - Throws: `StoreError.payloadTooLarge`, `CancellationError`.
    mutating func append(_ bytes: [UInt8]) async throws {
        try refuse(above: taken + Int64(bytes.count))
        bytes.withUnsafeBytes { sum.update($0) }
        taken += Int64(bytes.count)
        var rest = bytes[...]
        while buffer.count + rest.count > chunkBytes {
            let part = rest.prefix(chunkBytes - buffer.count)
            buffer.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            try await writeChunk()
        }
        buffer.append(contentsOf: rest)
    }

    /// Writes the last chunk and records the artifact.
    mutating func finish() async throws -> ArtifactSaved {
        let saved = ArtifactSaved(
            name: name, mediaType: mediaType, bytes: taken, sha256: sum.sum().hexadecimal)
        if try await isRecorded(saved) {
            await abandon()
            return saved
        }
        let (upload, last, offset) = (upload, buffer, written)
        let context = context
        let isTaken = try await context.write { transaction in
            if try !transaction.hasBlob(saved.sha256) {
                try transaction.append(last, to: upload, at: offset)
            }
            return try transaction.save(
                saved, from: upload, on: upload.job, upload.token, by: .worker(context.worker))
        }
        // The same bytes were there already, so these are not needed.
        if !isTaken { await abandon() }
        return saved
    }

    /// Removes what was written.
    func abandon() async {
        if written > 0 { await remove() }
    }

    private func refuse(above count: Int64) throws {
        guard count > limit else { return }
        throw StoreError(
            .payloadTooLarge, operation: "save an artifact",
            reason: "\"\(name)\" has more than \(limit) bytes, which is the limit; "
                + "split it, keep it elsewhere and save its address, or raise the limit")
    }

    private mutating func writeChunk() async throws {
        let (upload, content, offset) = (upload, buffer, written)
        try await context.underLease { transaction in
            try transaction.append(content, to: upload, at: offset)
        }
        written += Int64(content.count)
        buffer.removeAll(keepingCapacity: true)
    }

    private func isRecorded(_ saved: ArtifactSaved) async throws -> Bool {
        let job = upload.job
        return try await context.engine.fetch { try $0.artifact(saved.name, of: job)?.saved == saved }
    }

    private func remove() async {
        do {
            try await context.engine.remove(UnfinishedUpload(upload, bytes: written))
        } catch {
            // It is found again once the lease has ended.
            context.engine.logger.debug("An upload could not be removed yet", metadata: ["error": "\(error)"])
        }
    }
}
