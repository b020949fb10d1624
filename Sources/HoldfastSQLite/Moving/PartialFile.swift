import HoldfastStore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A file that is made beside its place and gets its name once it is whole.
///
/// A lock tells two processes that make the same one apart; what a killed one left is made anew. Unless it was
/// published it is removed with this object.
final class PartialFile {
    /// Where it is being made.
    let path: String
    private let place: String
    private let folder: String
    private let descriptor: Int32
    private var isPublished = false

    /// Makes an empty file beside a place.
    ///
    /// - Parameters:
    ///   - place: Where it will be.
    ///   - mode: Who may read and write it.
    /// - Throws: `MovingRejection.targetIsBeingMade`, `StoreError`.
    init(for place: DatabaseFile, mode: mode_t) throws {
        path = place.path + ".partial"
        (self.place, folder) = (place.path, place.folder)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw PartialFile.failure(path, errno) }
        do {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isCurrent else {
                throw MovingRejection.targetIsBeingMade(place.path)
            }
            guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, mode) == 0 else {
                throw PartialFile.failure(path, errno)
            }
        } catch {
            close(descriptor)
            isPublished = true
            throw error
        }
    }

    deinit {
        guard !isPublished else { return }
        // First the names, then the lock: nobody takes over what is about to go.
        for end in ["", "-wal", "-shm", "-journal"] { unlink(path + end) }
        close(descriptor)
    }

    /// Waits until the disk has the bytes, gives the file its name, and waits until the disk has that.
    ///
    /// No connection may have the file open any more.
    ///
    /// - Parameter replacing: Whether a file that stands there is replaced.
    /// - Throws: `MovingRejection.targetExists`, `StoreError`.
    func publish(replacing: Bool) throws {
        guard fsync(descriptor) == 0 else { throw PartialFile.failure(path, errno) }
        if replacing || !link() {
            if !replacing, access(place, F_OK) == 0 { throw MovingRejection.targetExists(place) }
            guard rename(path, place) == 0 else { throw PartialFile.failure(place, errno) }
        }
        isPublished = true
        close(descriptor)
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw PartialFile.failure(folder, errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw PartialFile.failure(folder, errno) }
    }

    /// Gives the file a second name, which cannot take the place of another file, and takes the first one away.
    ///
    /// - Returns: False where a file cannot have two names, or something stands there.
    private func link() -> Bool {
        #if canImport(Darwin)
            guard Darwin.link(path, place) == 0 else { return false }
        #else
            guard Glibc.link(path, place) == 0 else { return false }
        #endif
        unlink(path)
        return true
    }

    /// Tells whether the open file still is the one with the name.
    private var isCurrent: Bool {
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor, &opened) == 0, stat(path, &named) == 0 else { return false }
        return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    private static func failure(_ path: String, _ code: Int32) -> StoreError {
        StoreError(
            StoreError.Code(systemError: code), operation: "write a copy",
            reason: "\(path) cannot be written: \(String(cString: strerror(code)))")
    }
}
