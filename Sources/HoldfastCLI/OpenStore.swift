import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import Logging
import SQLiteMigrations

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Opens the database file: the only place that names the store.
struct OpenStore {
    /// What a command wants from the file.
    enum Purpose {
        /// Read what is there; a file that is missing stays missing.
        case reading
        /// Write to a file that is there.
        case writing
        /// Write, and make the file if it is missing.
        case creating
        /// Read a copy that nobody writes to, without leaving anything beside it.
        case readingCopy
    }

    /// The version of the schema that this program writes, from 1.
    static var newestSchema: Int { Migrations.all.count }
    /// The version of the SQLite library, such as `3.40.1`.
    static var libraryVersion: String { SQLiteStore.libraryVersion }

    /// The file.
    let path: String
    /// What is wanted from it.
    let purpose: Purpose
    /// Whether the whole file is looked through for damage before anything else.
    var checksOnOpen = false

    /// Runs `body` with an engine over the file that runs no jobs unless `body` lets it, and closes it
    /// afterwards.
    ///
    /// - Throws: `CommandFailure` that names the file when it cannot be used, and what `body` throws.
    func withEngine<Result: Sendable>(
        _ configuration: EngineConfiguration = EngineConfiguration(), logger: Logger? = nil,
        in surroundings: CommandSurroundings, _ body: (JobEngine) async throws -> Result
    ) async throws -> Result {
        let logger = logger ?? Logger(label: "holdfast", factory: { _ in SwiftLogNoOpLogHandler() })
        var configuration = configuration
        configuration.log.isReadOnly = mode.isReadOnly
        let engine = try naming {
            try JobEngine(
                try open(), configuration: configuration, environment: surroundings.environment,
                logger: logger)
        }
        do {
            return try await engine.closing(after: body)
        } catch {
            throw error is StoreError ? ErrorSentences.failure(for: error, database: path) : error
        }
    }

    /// Runs `body` with the file as something that commands work on, and closes it afterwards.
    ///
    /// - Throws: As `withEngine`.
    func withTarget<Result: Sendable>(
        actor: EventActor, in surroundings: CommandSurroundings,
        _ body: (any CommandTarget) async throws -> Result
    ) async throws -> Result {
        guard purpose == .reading || purpose == .readingCopy else {
            return try await withEngine(in: surroundings) {
                try await body(FileTarget(name: path, access: .writing($0), actor: actor))
            }
        }
        let backend = try naming { try open() }
        do {
            return try await body(FileTarget(name: path, access: .reading(backend), actor: actor))
        } catch let asked as PrunedJobAsked {
            let archived = try naming { try (backend as? any ArchivingStorage)?.openArchived(asked.job) }
            guard let archived else { throw asked }
            return try await read(asked.job, in: archived, actor: actor, body)
        } catch let error as StoreError {
            throw ErrorSentences.failure(for: error, database: path)
        }
    }

    /// Runs `body` once more, now with a job of the archive alone.
    private func read<Result: Sendable>(
        _ job: JobID, in archived: any StorageBackend, actor: EventActor,
        _ body: (any CommandTarget) async throws -> Result
    ) async throws -> Result {
        do {
            return try await body(FileTarget(name: path, access: .reading(archived), actor: actor))
        } catch let failure as CommandFailure where failure.code == .noSuchJob {
            throw CommandFailure(
                .noSuchJob,
                "job \(job) was archived and is read apart from all others; take it into another database with "
                    + "`holdfast import SEGMENT --job`")
        }
    }

    func open() throws -> any StorageBackend {
        try checkFile()
        var options = SQLiteOptions()
        options.checksOnOpen = checksOnOpen
        return try SQLiteStore(path: path, options: options, mode: mode)
    }

    private var mode: SQLiteStore.Mode {
        switch purpose {
        case .reading: .readOnly
        case .writing: .readWrite
        case .creating: .readWriteCreate
        case .readingCopy: .readOnlyCopy
        }
    }

    func naming<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as StoreError {
            throw ErrorSentences.failure(for: error, database: path)
        }
    }
}

extension OpenStore {
    /// What bringing a file up to date did to it.
    enum Upgrade: String {
        /// There was no file; now there is an empty log.
        case created
        /// Something was missing in the schema, and is there now.
        case upgraded
        /// Nothing was missing.
        case unchanged
    }

    /// Brings the schema of the file up to date, and makes the file if it is missing.
    ///
    /// - Throws: `CommandFailure` that names the file.
    static func upgrade(_ path: String) throws -> Upgrade {
        let before: Upgrade
        if !exists(path) {
            before = .created
        } else {
            do {
                // A file whose schema is behind cannot be opened for reading alone.
                _ = try SQLiteStore(path: path, mode: .readOnly)
                before = .unchanged
            } catch {
                // Whatever else is wrong is met again below.
                before = .upgraded
            }
        }
        let store = OpenStore(path: path, purpose: .creating)
        try store.naming { _ = try store.open() }
        return before
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// Says what is wrong with the path before SQLite would, which cannot tell the cases apart.
    func checkFile() throws {
        var status = stat()
        guard stat(path, &status) != 0 else {
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw CommandFailure(.noSuchFile, "\(path) is a directory; --db names a file")
            }
            return
        }
        switch errno {
        case ENOENT where purpose == .creating: try checkFolder()
        case ENOENT, ENOTDIR:
            throw CommandFailure(
                .noSuchFile,
                "there is no database \(path); check --db, or make one with `holdfast serve` or `holdfast migrate`"
            )
        case EACCES:
            throw CommandFailure(.notPermitted, "the folder of \(path) may not be searched; check its rights")
        case let code:
            throw CommandFailure(
                .inputOutput, "\(path) cannot be opened (\(String(cString: strerror(code))))")
        }
    }

    private func checkFolder() throws {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure(
                .cannotCreate,
                "\(path) cannot be created: there is no folder \(folder); make it, or choose another --db")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw CommandFailure(
                .cannotCreate,
                "\(path) cannot be created: files may not be made in \(folder); choose another --db")
        }
    }
}
