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

    /// Names the folder that a file is in.
    ///
    /// - Parameter path: The absolute path of the file.
    package init(ofFile path: String) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        self.init(slash == path.startIndex ? "/" : String(path[..<slash]))
    }

    /// Says, as a sentence, that a segment is nowhere.
    package func absence(of segment: EngineArchived) -> String {
        let jobs = segment.jobs == 1 ? "1 job was" : "\(segment.jobs) jobs were"
        let places =
            path == segment.folder
            ? "it is not in \(path)" : "it is neither in \(path) nor in \(segment.folder)"
        return "the segment \(segment.file), to which \(jobs) archived, is missing: \(places)"
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
            let reader = try backend.openReader()
            let names = try (reader as? any RetainingReader).map { try ArchiveIndex($0).names } ?? []
            let segment = try writeSegment(avoiding: names) { writer in
                for job in jobs {
                    try writer.add(job, of: backend, reader, withArtifacts: withArtifacts)
                }
                return !writer.versions.isEmpty
            }
            guard var (event, versions) = segment else { return nil }
            event.reason = reason
            return (event, versions)
        }
    }

    /// Whether the files of a segment in the folder in which it was made are nobody else's.
    ///
    /// Those of another database, which is there beside the folder, are not ours; nor are those of the log of whose backup this
    /// log was made. What is in this folder is ours.
    package func owns(_ segment: ArchiveIndex.Segment) -> Bool {
        let folder = segment.event.folder
        if folder == path { return true }
        guard !segment.isInherited else { return false }
        guard folder.hasSuffix(ArchiveFolder.suffix) else { return true }
        return access(String(folder.dropLast(ArchiveFolder.suffix.count)), F_OK) != 0
    }

    /// What the folder of a database has behind the database's name.
    package static let suffix = ".archive"

    /// Where files of a segment are that another one stands for now, and that are ours.
    package func remains(of segment: ArchiveIndex.Segment) -> [String] {
        (owns(segment) ? [path, segment.event.folder] : [path]).map { "\($0)/\(segment.event.file)" }
            .filter { access($0, F_OK) == 0 }
    }

    /// The names of files here that look like segments.
    package func names() -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".holdfast.gz") { names.append(name) }
        }
        return names.sorted()
    }

    /// Locks the folder, which is made where there is none.
    ///
    /// - Throws: As `ArchiveLock` does.
    package func lock() throws -> ArchiveLock {
        try make()
        return try ArchiveLock(self)
    }

    /// Writes the jobs of a segment, all but some, into a new one in this folder, as `write` does.
    ///
    /// - Parameters:
    ///   - segment: The segment.
    ///   - source: Its file, which stays as it is.
    ///   - dropped: The jobs that are left out. When no others are in it, the new one is empty.
    ///   - names: What the new one must not be called.
    ///   - reason: Why, for the record.
    /// - Returns: What is to be recorded.
    /// - Throws: `ExportFault` when the segment is not the one that was recorded, `MovingRejection.targetIsBeingMade`,
    ///   `StoreError`. No file was made then.
    package func rewrite(
        _ segment: ArchiveIndex.Segment, at source: String, without dropped: Set<JobID>,
        avoiding names: Set<String>, reason: String?
    ) throws -> EngineArchived {
        guard try SegmentContent(reading: source).isAsRecorded(segment.event) else {
            throw ExportFault(line: 1, reason: "it is not the segment that was recorded")
        }
        let written = try writeSegment(avoiding: names) { writer in
            try writer.copy(source, without: dropped)
            return true
        }
        guard var event = written?.event else { preconditionFailure("a copy is always written") }
        event.replaces = segment.position
        event.redacted = dropped.sorted()
        event.reason = reason
        return event
    }

    /// Deletes the files of segments that others stand for now, where they are ours; those that are gone already are no matter.
    ///
    /// - Throws: `StoreError`.
    package func deleteReplaced(_ index: ArchiveIndex) throws {
        for segment in index.replaced {
            for place in remains(of: segment) { try ArchiveFolder.delete(place) }
        }
    }

    /// Deletes a file, and returns when the disk knows it.
    ///
    /// - Throws: `StoreError`.
    package static func delete(_ file: String) throws {
        guard unlink(file) == 0 || errno == ENOENT else { throw PartialFile.failure(file, errno) }
        try PartialFile.sync(folder: ArchiveFolder(ofFile: file).path)
    }

    /// Deletes what a process left that died while it wrote a segment; one that writes keeps it.
    package func deletePartial() {
        guard hasPartial else { return }
        // Whoever can lock it is the only one, and takes it away when it is not published.
        _ = try? PartialFile(for: path, at: partial, mode: 0o600)
    }

    /// Whether somebody writes a segment here, or died while he did.
    package var hasPartial: Bool { access(partial, F_OK) == 0 }

    private var partial: String { "\(path)/segment.partial" }

    private func writeSegment(
        avoiding names: Set<String>, _ fill: (inout SegmentWriter) throws -> Bool
    ) throws -> (event: EngineArchived, versions: [JobID: Int64])? {
        try make()
        let partial = try PartialFile(for: path, at: partial, mode: 0o600)
        var writer = try SegmentWriter(partial)
        guard try fill(&writer) else { return nil }
        let written = try writer.finish()
        try partial.sync()
        guard try SegmentContent(reading: partial.path) == written else {
            throw StoreError(
                .corrupt, operation: "archive jobs",
                reason: "the segment cannot be read as it was written")
        }
        let file = try publish(partial, as: "\(written.first)-\(written.last)", avoiding: names)
        let event = EngineArchived(
            file: file, folder: path, sha256: written.sha256, bytes: written.bytes,
            jobs: written.versions.count, events: written.events, first: written.first, last: written.last)
        return (event, written.versions)
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
    private func publish(_ partial: PartialFile, as name: String, avoiding names: Set<String>) throws
        -> String
    {
        for number in 1..<1_000 {
            let file = "\(name)\(number == 1 ? "" : "-\(number)").holdfast.gz"
            if names.contains(file) { continue }
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
