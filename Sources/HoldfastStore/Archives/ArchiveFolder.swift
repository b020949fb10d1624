package import HoldfastCore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The folder that holds the segments of an archive.
public struct ArchiveFolder: Hashable, Sendable {
    /// Its absolute path.
    public let path: String

    /// Names a folder, which need not be there.
    ///
    /// - Parameter path: Its path, absolute or from the working directory on.
    public init(_ path: String) {
        if path.hasPrefix("/") {
            self.path = path
        } else {
            var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            let folder = getcwd(&bytes, bytes.count).map { String(cString: $0) } ?? ""
            self.path = "\(folder)/\(path)"
        }
    }

    /// Where a segment is: in this folder, or else in the one in which it was made; nil when it is in neither.
    package func path(of segment: EngineArchived) -> String? {
        [path, segment.folder].map { "\($0)/\(segment.file)" }.first { access($0, F_OK) == 0 }
    }

    /// Writes jobs into a new segment, reads it back from its first byte to its last, and only then gives it its name.
    ///
    /// A segment that has its name is whole and on the disk. It can be read by the user who wrote it, and by nobody else.
    ///
    /// - Parameters:
    ///   - jobs: The jobs. Those that have begun another life, or are gone, are left out.
    ///   - backend: The log they are in.
    ///   - withArtifacts: Whether the bytes of their artifacts are added.
    ///   - reason: Why, for the record.
    /// - Returns: What is to be recorded, and how many events of each job it holds; nil when no job was left.
    /// - Throws: `MovingRejection.targetIsBeingMade` when another process writes into the folder; `StoreError`. No file was
    ///   made then.
    package func write(
        _ jobs: [JobID], of backend: any StorageBackend, withArtifacts: Bool, reason: String?
    ) async throws -> (event: EngineArchived, versions: [JobID: Int64])? {
        try await DedicatedThread.run {
            try make()
            let partial = try PartialFile(for: path, at: "\(path)/segment.partial", mode: 0o600)
            var writer = try SegmentWriter(partial)
            let reader = try backend.openReader()
            for job in jobs {
                try writer.add(job, of: backend, reader, withArtifacts: withArtifacts)
            }
            guard !writer.versions.isEmpty else { return nil }
            let written = try writer.finish()
            try partial.sync()
            guard try SegmentContent(reading: partial.path) == written else {
                throw StoreError(
                    .corrupt, operation: "archive jobs",
                    reason: "the segment cannot be read as it was written")
            }
            let file = try publish(partial, as: "\(written.first)-\(written.last)")
            let event = EngineArchived(
                file: file, folder: path, sha256: written.sha256, bytes: written.bytes,
                jobs: written.versions.count, events: written.events, first: written.first,
                last: written.last,
                reason: reason)
            return (event, written.versions)
        }
    }

    private func make() throws(StoreError) {
        guard mkdir(path, 0o700) == 0 else {
            if errno == EEXIST { return }
            throw PartialFile.failure(path, errno)
        }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        try PartialFile.sync(folder: parent.isEmpty ? "/" : parent)
    }

    /// Gives a segment its name.
    ///
    /// One of that name, which a run left that died before it was recorded, stays as it is.
    private func publish(_ partial: PartialFile, as name: String) throws -> String {
        for number in 1..<1_000 {
            let file = "\(name)\(number == 1 ? "" : "-\(number)").holdfast.gz"
            do {
                try partial.publish(as: "\(path)/\(file)", replacing: false)
                return file
            } catch MovingRejection.targetExists {
                continue
            }
        }
        throw MovingRejection.targetExists("\(path)/\(name).holdfast.gz")
    }
}
