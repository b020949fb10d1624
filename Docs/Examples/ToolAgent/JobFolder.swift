import Foundation

/// The folder of one job, out of which no path leads.
///
/// Each part of a path is opened relative to the part before it and never through a symbolic link, so neither `..` nor
/// a link, whoever put it there and when, leads anywhere else.
struct JobFolder: Sendable {
    let path: String

    /// The greatest number of bytes in a file, inclusive.
    static let fileLimit = 256 * 1024

    /// Writes a text file in place of the one that may be there: it is there as a whole, with its folders, or not at
    /// all.
    func write(_ text: String, to path: String) throws -> String {
        var parts = try JobFolder.parts(of: path)
        guard let name = parts.popLast() else { throw ToolError("a file needs a name") }
        let bytes = Array(text.utf8)
        guard bytes.count <= JobFolder.fileLimit else {
            throw ToolError("a file has at most \(JobFolder.fileLimit) bytes")
        }
        let folder = try open(parts, creating: true)
        // No name of a file may begin with a dot, so nobody else has this one.
        let temporary = ".\(name).part"
        unlinkat(folder.number, temporary, 0)
        let file = try OpenFile(
            openat(folder.number, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600),
            path)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(file.number, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw JobFolder.fault(path) }
            written += count
        }
        guard fsync(file.number) == 0, renameat(folder.number, temporary, folder.number, name) == 0 else {
            throw JobFolder.fault(path)
        }
        return "\(bytes.count) bytes in \(path)"
    }

    /// Reads a text file.
    func read(_ path: String) throws -> String {
        var parts = try JobFolder.parts(of: path)
        guard let name = parts.popLast() else { throw ToolError("a file needs a name") }
        let folder = try open(parts, creating: false)
        let file = try OpenFile(
            openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), path)
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw JobFolder.fault(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ToolError("\(path) is no file") }
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count <= JobFolder.fileLimit {
            let count = room.withUnsafeMutableBytes { Foundation.read(file.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw JobFolder.fault(path) }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += room.prefix(count)
        }
        throw ToolError("\(path) has more than \(JobFolder.fileLimit) bytes")
    }

    /// The names in a folder in their order, those of folders with a slash behind them.
    func list(_ path: String) throws -> [String] {
        let folder = try open(JobFolder.parts(of: path), creating: false)
        guard let entries = fdopendir(dup(folder.number)) else { throw JobFolder.fault(path) }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            var status = stat()
            let isFolder =
                fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
                && status.st_mode & S_IFMT == S_IFDIR
            names.append(isFolder ? name + "/" : name)
        }
        return names.sorted()
    }

    /// Opens the folder at some parts of a path.
    private func open(_ parts: [String], creating: Bool) throws -> OpenFile {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var folder = try OpenFile(Foundation.open(path, flags), "the folder")
        for part in parts {
            if creating { mkdirat(folder.number, part, 0o700) }
            folder = try OpenFile(openat(folder.number, part, flags), part)
        }
        return folder
    }

    /// Takes a path apart.
    ///
    /// - Throws: `ToolError` when a part begins with a dot, or when it is no path.
    private static func parts(of path: String) throws -> [String] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        let isPlain = !path.hasPrefix("/") && !path.contains("\0") && parts.count <= 8
        guard isPlain, parts.allSatisfy({ !$0.hasPrefix(".") && $0.utf8.count <= 100 }) else {
            throw ToolError(
                "\(path) is no path in the folder: at most 8 names, of which none begins with a dot")
        }
        return parts
    }

    fileprivate static func fault(_ path: String) -> ToolError {
        ToolError("\(path): \(String(cString: strerror(errno)))")
    }
}

/// Something that is open, and is closed with the last reference to it.
private final class OpenFile {
    let number: CInt

    init(_ number: CInt, _ path: String) throws {
        guard number >= 0 else { throw JobFolder.fault(path) }
        self.number = number
    }

    deinit { close(number) }
}
