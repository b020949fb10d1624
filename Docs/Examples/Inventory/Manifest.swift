#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes the output file, one chunk at a time, so that a crash at any moment can be repaired.
///
/// The file itself says nothing about how much of it is valid: the recorded length does, which the
/// caller keeps elsewhere. Whatever lies behind it was written by a chunk whose result was never
/// recorded, and is cut off.
struct Manifest {
    private let path: String
    private let descriptor: Descriptor
    private let recorded: Int64
    /// How long the file was when it was opened.
    private let opened: Int64

    /// What every line of a manifest begins with.
    private static let mark = Array(#"{"path"#.utf8)

    /// Opens the output and checks that it can be continued; nothing in it is changed yet.
    ///
    /// - Parameters:
    ///   - path: The output. It is created when `recorded` is 0; its directory must exist.
    ///   - recorded: The number of bytes known to be on disk. With 0, an older manifest at this path
    ///     will be replaced; any other file is left alone.
    /// - Throws: `InventoryError` of the output.
    init(path: String, recorded: Int64) throws(InventoryError) {
        self.path = path
        self.recorded = recorded
        let creation = recorded == 0 ? O_CREAT : 0
        let flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | creation
        let attributes: FileAttributes
        do {
            descriptor = Descriptor(adopting: try withoutInterrupts { open(path, flags, mode_t(0o644)) })
            attributes = try descriptor.attributes()
        } catch {
            if recorded > 0, error.code == ENOENT {
                throw .manifestChanged(path, recorded: recorded, found: 0)
            }
            throw .output(path, error)
        }
        if attributes.kind != .regular { throw .outputNotRegularFile(path) }
        opened = attributes.size
        try check(attributes.size)
        if recorded == 0, opened > 0, try !translating({ () throws(SystemFault) in try isManifest() }) {
            throw .outputNotManifest(path)
        }
    }

    private func isManifest() throws(SystemFault) -> Bool {
        var start = [UInt8](repeating: 0, count: Manifest.mark.count)
        let count = try withoutInterrupts {
            start.withUnsafeMutableBytes { pread(descriptor.number, $0.baseAddress, $0.count, 0) }
        }
        return start.prefix(max(0, count)).elementsEqual(Manifest.mark.prefix(max(0, count)))
    }

    /// Replaces all that lies behind the recorded length by `lines`, and returns the new length.
    ///
    /// Returns after the bytes (and with the first chunk, the file's name) are on disk. Repeating
    /// it after a failure or a crash is safe.
    /// - Throws: `diskFull`, `outputInUse`, `manifestChanged`, `outputFailed`.
    func append(_ lines: [UInt8]) throws(InventoryError) -> Int64 {
        try translating { () throws(SystemFault) in try lock() }
        defer { flock(descriptor.number, LOCK_UN) }
        // Under the lock, a file of another length says that somebody wrote to it since it was opened: whoever took the
        // job over from a process that was thought dead. What they wrote must stay.
        let size = try translating { () throws(SystemFault) in try descriptor.attributes().size }
        try check(size)
        guard size == opened else { throw .outputInUse(path) }
        try translating { () throws(SystemFault) in
            try withoutInterrupts { ftruncate(descriptor.number, off_t(recorded)) }
            try write(lines)
            try Self.sync(descriptor)
            if recorded == 0 { try syncDirectory() }
        }
        return recorded + Int64(lines.count)
    }

    private func translating<Result>(
        _ body: () throws(SystemFault) -> Result
    ) throws(InventoryError) -> Result {
        do { return try body() } catch { throw .output(path, error) }
    }

    private func check(_ size: Int64) throws(InventoryError) {
        // A hole of zero bytes would be the result of truncating a file to more than it has.
        if size < recorded { throw .manifestChanged(path, recorded: recorded, found: size) }
    }

    private func lock() throws(SystemFault) {
        do {
            try withoutInterrupts { flock(descriptor.number, LOCK_EX | LOCK_NB) }
        } catch {
            // Not every file system has locks; the check of the length is then the only guard.
            guard error.code == EOPNOTSUPP || error.code == ENOLCK else { throw error }
        }
    }

    private func write(_ lines: [UInt8]) throws(SystemFault) {
        var written = 0
        while written < lines.count {
            let count = try withoutInterrupts {
                lines.withUnsafeBytes { bytes in
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                    return pwrite(
                        descriptor.number, rest.baseAddress, rest.count, off_t(recorded) + off_t(written))
                }
            }
            if count == 0 { throw SystemFault(code: EIO) }
            written += count
        }
    }

    private func syncDirectory() throws(SystemFault) {
        let directory = try Descriptor.directory(at: OutputLocation.split(path).directory)
        do {
            try Self.sync(directory)
        } catch {
            // Some network and FUSE file systems cannot sync a directory, nor offer another way.
            guard error.code == EINVAL else { throw error }
        }
    }

    private static func sync(_ descriptor: Descriptor) throws(SystemFault) {
        #if canImport(Darwin)
            // On Apple systems fsync() stops at the drive's cache.
            try withoutInterrupts { fcntl(descriptor.number, F_FULLFSYNC) }
        #else
            try withoutInterrupts { fsync(descriptor.number) }
        #endif
    }
}
