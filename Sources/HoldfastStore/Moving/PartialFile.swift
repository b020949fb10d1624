#if canImport(Darwin)
    package import Darwin
#else
    package import Glibc
#endif

/// A file that is made beside its place and gets its name once it is whole.
///
/// A lock tells two processes that make the same one apart; what a killed one left is made anew. Unless it was
/// published it is removed with this object.
package final class PartialFile {
    /// Where it is being made.
    package let path: String
    private let descriptor: Int32
    private var isPublished = false

    /// Makes an empty file.
    ///
    /// - Parameters:
    ///   - place: What is being made, an absolute path.
    ///   - path: Where it is made meanwhile, in the same folder; nil for the path of the place with `.partial` behind it.
    ///   - mode: Who may read and write it.
    /// - Throws: `MovingRejection.targetIsBeingMade`, `StoreError`.
    package init(for place: String, at path: String? = nil, mode: mode_t) throws {
        let path = path ?? place + ".partial"
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw PartialFile.failure(path, errno) }
        do {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isCurrent else {
                throw MovingRejection.targetIsBeingMade(place)
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

    /// Adds bytes at the end.
    ///
    /// - Throws: `StoreError`, `full` when there is no room.
    package func append(_ bytes: [UInt8]) throws(StoreError) {
        var start = 0
        while start < bytes.count {
            var code: Int32 = 0
            let count = bytes.withUnsafeBytes { buffer in
                let count = write(descriptor, buffer.baseAddress?.advanced(by: start), buffer.count - start)
                code = errno
                return count
            }
            if count >= 0 {
                start += count
            } else if code != EINTR {
                throw PartialFile.failure(path, code)
            }
        }
    }

    /// Waits until the disk has the bytes.
    ///
    /// - Throws: `StoreError`.
    package func sync() throws(StoreError) {
        guard fsync(descriptor) == 0 else { throw PartialFile.failure(path, errno) }
    }

    /// Waits until the disk has the bytes, gives the file its name, and waits until the disk has that.
    ///
    /// No connection may have the file open any more.
    ///
    /// - Parameters:
    ///   - place: The absolute path that it gets, in the same folder.
    ///   - replacing: Whether a file that stands there is replaced.
    /// - Throws: `MovingRejection.targetExists`, `StoreError`.
    package func publish(as place: String, replacing: Bool) throws {
        try sync()
        if replacing || !link(as: place) {
            if !replacing, access(place, F_OK) == 0 { throw MovingRejection.targetExists(place) }
            guard rename(path, place) == 0 else { throw PartialFile.failure(place, errno) }
        }
        isPublished = true
        close(descriptor)
        let slash = place.lastIndex(of: "/") ?? place.startIndex
        try PartialFile.sync(folder: slash == place.startIndex ? "/" : String(place[..<slash]))
    }

    /// Waits until the disk has the names of the files in a folder.
    ///
    /// - Throws: `StoreError`.
    package static func sync(folder: String) throws(StoreError) {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure(folder, errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure(folder, errno) }
    }

    /// Gives the file a second name, which cannot take the place of another file, and takes the first one away.
    ///
    /// - Returns: False where a file cannot have two names, or something stands there.
    private func link(as place: String) -> Bool {
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

    /// Says why a file cannot be written.
    package static func failure(_ path: String, _ code: Int32) -> StoreError {
        StoreError(
            StoreError.Code(systemError: code), operation: "write a file",
            reason: "\(path) cannot be written: \(String(cString: strerror(code)))")
    }
}
