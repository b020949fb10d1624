import Crypto
import HoldfastCore
import InventoryExample

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a demo takes stock of, and where its files are: all paths absolute, because the job outlives the
/// process.
struct DemoPlan: Sendable {
    /// The database, as it was named.
    let database: String
    /// The directory to walk.
    let directory: String
    /// The manifest to write.
    let output: String

    /// Checks the paths.
    ///
    /// - Throws: `CommandFailure` when the directory is not there or may not be read.
    init(database: String, directory: String, output: String?) throws {
        self.database = database
        self.directory = try Self.absolute(directory)
        self.output = try Self.absolute(output ?? Self.manifest(beside: database))
        var status = stat()
        guard stat(self.directory, &status) == 0 else {
            throw CommandFailure(
                .noSuchFile, "there is no directory \(directory); name another one with --dir")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure(.noSuchFile, "\(directory) is no directory; name another one with --dir")
        }
        guard access(self.directory, R_OK | X_OK) == 0 else {
            throw CommandFailure(
                .notPermitted, "\(directory) may not be read; name another directory with --dir")
        }
    }

    /// The input of the job.
    var job: InventoryJob { InventoryJob(path: directory, output: output) }

    /// Names the piece of work, so that a second run finds the job of the first.
    var key: JobKey {
        let key = "demo:\(directory)"
        if let key = JobKey(rawValue: key) { return key }
        // Too long for a name, or with characters that no name may have.
        return JobKey(
            unchecked: "demo:sha256:" + Hexadecimal.text(of: Array(SHA256.hash(data: Array(key.utf8)))))
    }

    /// The manifest beside a database: `jobs.db` gives `jobs-manifest.jsonl`.
    private static func manifest(beside database: String) -> String {
        let name = database.split(separator: "/").last ?? ""
        let hasExtension = name.dropFirst().contains(".")
        let stem = hasExtension ? database.lastIndex(of: ".").map { String(database[..<$0]) } : nil
        return (stem ?? database) + "-manifest.jsonl"
    }

    private static func absolute(_ path: String) throws -> String {
        var whole = path
        if !path.hasPrefix("/") {
            var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            guard getcwd(&bytes, bytes.count) != nil else {
                throw CommandFailure(.noSuchFile, "the working directory is gone; change to another one")
            }
            whole =
                String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) + "/"
                + path
        }
        // Symbolic links stay: the manifest names files as `find` would.
        let parts = whole.split(separator: "/").filter { $0 != "." }
        return "/" + parts.joined(separator: "/")
    }
}
