import HoldfastCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that only its owner should be able to read, such as one with a secret.
struct PrivateFile {
    /// Where it lies.
    let path: String
    /// What it holds.
    let bytes: [UInt8]
    /// Whether the group or everybody may read it.
    let isOpenToOthers: Bool

    /// The most bytes that are read; far more than a secret or a list of keys has.
    private static let longest = 4 * 1024 * 1024

    /// Reads a file.
    ///
    /// - Throws: `CommandFailure` when it cannot be read.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw PrivateFile.failure(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw PrivateFile.failure(path, errno) }
        isOpenToOthers = status.st_mode & 0o044 != 0
        var bytes: [UInt8] = []
        var page = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = read(descriptor, &page, page.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw PrivateFile.failure(path, errno) }
            guard count > 0 else { break }
            bytes += page.prefix(count)
            guard bytes.count <= PrivateFile.longest else {
                throw CommandFailure(.badValue, "\(path) is too large to be a file of keys")
            }
        }
        self.bytes = bytes
    }

    /// What it holds without the line end that editors add.
    var secretBytes: ArraySlice<UInt8> {
        var bytes = bytes[...]
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
            bytes.removeLast()
        }
        return bytes
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        let reason = String(cString: strerror(code))
        return switch code {
        case ENOENT, ENOTDIR: CommandFailure(.noSuchFile, "there is no file \(path)")
        case EISDIR: CommandFailure(.noSuchFile, "\(path) is a directory; name a file")
        case EACCES, EPERM: CommandFailure(.notPermitted, "\(path) may not be read (\(reason))")
        default: CommandFailure(.inputOutput, "\(path) cannot be read (\(reason))")
        }
    }
}
