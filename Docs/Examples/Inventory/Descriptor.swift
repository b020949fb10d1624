#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Owns an open file descriptor and closes it with its last reference.
final class Descriptor: Sendable {
    let number: Int32

    /// Takes over a descriptor that nobody else will close.
    init(adopting number: Int32) {
        self.number = number
    }

    deinit {
        // Nothing written depends on this result: the manifest is synced before its descriptor
        // goes.
        close(number)
    }

    /// Opens a directory by its path, following symbolic links.
    static func directory(at path: String) throws(SystemFault) -> Descriptor {
        Descriptor(adopting: try withoutInterrupts { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
    }

    /// Opens a directory inside this one; a symbolic link in its place is refused.
    func directory(named name: [UInt8]) throws(SystemFault) -> Descriptor {
        try opened(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }

    /// Opens a file inside this directory for reading.
    ///
    /// A symbolic link in its place is refused, and a FIFO in its place does not block; the caller
    /// asks `attributes()` what it got.
    func file(named name: [UInt8]) throws(SystemFault) -> Descriptor {
        try opened(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    }

    private func opened(_ name: [UInt8], _ flags: Int32) throws(SystemFault) -> Descriptor {
        let terminated = name.map { CChar(bitPattern: $0) } + [0]
        return Descriptor(adopting: try withoutInterrupts { openat(number, terminated, flags) })
    }
}

/// Says what a file is, by the facts that this job needs.
struct FileAttributes {
    enum Kind {
        case regular, directory, other
    }

    let kind: Kind
    let size: Int64
    let identity: FileIdentity

    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .directory
        default: kind = .other
        }
        size = Int64(status.st_size)
        identity = FileIdentity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            inode: UInt64(truncatingIfNeeded: status.st_ino))
    }
}

/// Tells one file from every other on this machine, whatever path led to it.
struct FileIdentity: Hashable {
    let device: UInt64
    let inode: UInt64
}

extension Descriptor {
    /// Returns what is open here.
    func attributes() throws(SystemFault) -> FileAttributes {
        var status = stat()
        try withoutInterrupts { fstat(number, &status) }
        return FileAttributes(status)
    }

    /// Returns what `name` in this directory is, without following a symbolic link.
    func attributes(of name: [UInt8]) throws(SystemFault) -> FileAttributes {
        let terminated = name.map { CChar(bitPattern: $0) } + [0]
        var status = stat()
        try withoutInterrupts { fstatat(number, terminated, &status, AT_SYMLINK_NOFOLLOW) }
        return FileAttributes(status)
    }
}
