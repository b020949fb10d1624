#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Keeps all but one process from writing segments of an archive anew.
package final class ArchiveLock: Sendable {
    private let descriptor: Int32

    /// Locks a folder.
    ///
    /// - Throws: `MovingRejection.targetIsBeingMade` when another process has it, `StoreError`.
    package init(_ folder: ArchiveFolder) throws {
        descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PartialFile.failure(folder.path, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw MovingRejection.targetIsBeingMade(folder.path)
        }
    }

    /// Lets others in; to be called once.
    package func release() { close(descriptor) }
}
