import HoldfastStore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The place of a database in the file system, looked at before SQLite is asked, so that what is wrong can be
/// said in words that help.
struct DatabaseFile {
    /// The absolute path.
    let path: String
    /// The folder it is in.
    let folder: String

    /// Takes a path as a person typed it.
    ///
    /// Nothing in it has a meaning of its own: no URI, no `:memory:`.
    ///
    /// - Throws: `StoreError` with the code `unavailable` when it cannot be the path of a file.
    init(_ typed: String) throws(StoreError) {
        guard !typed.isEmpty, !typed.utf8.contains(0) else {
            throw StoreError(
                .unavailable, operation: "open", reason: "the path of the database is empty or has a NUL")
        }
        guard typed != ":memory:" else {
            throw StoreError(
                .unavailable, operation: "open",
                reason: "a log in memory would not be durable; name a file, and in tests use InMemoryStore")
        }
        // An absolute path also stays right when the process changes its working directory.
        path = typed.hasPrefix("/") ? typed : DatabaseFile.workingDirectory + "/" + typed
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        folder = slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Checks that there is a file, or that there can be one.
    ///
    /// - Throws: `StoreError` with what a person can do about it.
    func check(creating: Bool) throws(StoreError) {
        switch kind(of: path) {
        case S_IFREG: try checkSize()
        case S_IFDIR: throw unavailable("\(path) is a folder; name a file in it, such as \(path)/holdfast.db")
        case nil where !creating:
            throw unavailable("there is no file \(path); check the path, or let the server create it")
        case nil:
            guard let kind = kind(of: folder) else {
                throw unavailable("the folder \(folder) does not exist; create it or choose another path")
            }
            guard kind == S_IFDIR else {
                throw unavailable("\(folder) is a file, not a folder; choose another path")
            }
        default: throw unavailable("\(path) is not an ordinary file; choose another path")
        }
    }

    /// Says an error of the opening in words about this file.
    func explaining(_ error: StoreError, writing: Bool) -> StoreError {
        let isOpening = error.code == .unavailable || error.code == .readOnly
        let reason: String
        if error.code == .corrupt, !error.reason.contains(path) {
            reason = "\(path): \(error.reason)"
        } else if isOpening, !writing, access(path + "-journal", F_OK) == 0 {
            reason =
                "a program that was killed while it had \(path) alone left a journal beside it, which only somebody who "
                + "writes can put back; type: holdfast migrate --db \(path)"
        } else if isOpening, access(folder, F_OK) == 0, access(folder, W_OK) != 0 {
            reason =
                "the folder \(folder) cannot be written, and SQLite needs to put files beside the database;"
                + " ask for the right to write there, or copy the database elsewhere"
            return StoreError(
                .readOnly, operation: error.operation, reason: reason, file: error.file, line: error.line)
        } else if isOpening, access(path, F_OK) == 0, access(path, writing ? R_OK | W_OK : R_OK) != 0 {
            let right = writing ? "written" : "read"
            reason =
                "\(path) cannot be \(right) by this user; ask for the right, or run as the user who owns it"
            return StoreError(
                .readOnly, operation: error.operation, reason: reason, file: error.file, line: error.line)
        } else {
            return error
        }
        return StoreError(
            error.code, operation: error.operation, reason: reason, file: error.file, line: error.line)
    }

    /// Where links lead to; nil when there is no file.
    var resolvedPath: String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Tells whether a write-ahead log stands beside the file.
    var hasWriteAheadLog: Bool { resolvedPath.map { access($0 + "-wal", F_OK) == 0 } ?? false }

    /// Who may read and write the file; nil when there is none.
    var permissions: mode_t? {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : nil
    }

    /// Refuses to take the place of anything.
    func refuseExisting() throws(MovingRejection) {
        var facts = stat()
        // A link that leads nowhere is something as well.
        guard lstat(path, &facts) != 0 else { throw .targetExists(path) }
    }

    /// Refuses a file that is too short for a database but not empty.
    ///
    /// SQLite takes a file of one byte for an empty one and would write over it.
    private func checkSize() throws(StoreError) {
        var facts = stat()
        guard stat(path, &facts) == 0, (1..<DatabaseFile.smallestPage).contains(facts.st_size) else { return }
        throw StoreError(
            .corrupt, operation: "open", reason: "\(path): the file is not a SQLite database")
    }

    /// The smallest database is one page of the smallest size, in bytes.
    private static let smallestPage: off_t = 512

    /// The kind of a file, links followed; nil when there is none.
    private func kind(of path: String) -> mode_t? {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_mode & S_IFMT : nil
    }

    private func unavailable(_ reason: String) -> StoreError {
        StoreError(.unavailable, operation: "open", reason: reason)
    }

    private static var workingDirectory: String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard getcwd(&bytes, bytes.count) != nil else { return "." }
        return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
