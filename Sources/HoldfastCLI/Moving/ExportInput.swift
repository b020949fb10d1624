import HoldfastStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where an export is read from: a file, or standard input.
enum ExportInput {
    /// The most bytes that are kept of standard input, which cannot be read twice.
    private static let longest = 256 << 20

    /// Finds what was named.
    ///
    /// - Parameters:
    ///   - path: The path of a file, or `-`.
    ///   - surroundings: What `-` stands for.
    /// - Returns: The export, which is not read yet.
    /// - Throws: `CommandFailure` when there is no such file or it may not be read.
    static func source(_ path: String, in surroundings: CommandSurroundings) throws -> ExportSource {
        guard path != "-" else { return ExportSource(bytes: try bytes(of: surroundings.input)) }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw CommandFailure(
                .noSuchFile, "there is no file \(path); name one that `holdfast export` made")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw CommandFailure(.noSuchFile, "\(path) is a directory; name a file")
        }
        guard access(path, R_OK) == 0 else { throw CommandFailure(.notPermitted, "\(path) may not be read") }
        return ExportSource(path: path)
    }

    private static func bytes(of descriptor: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var page = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &page, page.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure(
                    .inputOutput, "standard input cannot be read (\(String(cString: strerror(errno))))")
            }
            if count == 0 { return bytes }
            bytes += page.prefix(count)
            guard bytes.count <= longest else {
                throw CommandFailure(
                    .badValue,
                    "standard input has more than \(HumanUnits.bytes(Int64(longest))); save it and name the file"
                )
            }
        }
    }
}
