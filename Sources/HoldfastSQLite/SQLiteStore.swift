import CSQLite
public import HoldfastStore
import SQLiteMigrations
import Synchronization

/// Keeps the log in one SQLite file, which several processes may share.
///
/// The file is in WAL mode: beside it stand `-wal` and `-shm` while it is open, and the three belong
/// together. Only this library's copy of SQLite may open the file within one process.
public final class SQLiteStore: SharedStorage, WriteAheadLogged {
    /// What opening a file may do to it.
    public enum Mode: Hashable, Sendable {
        /// Read and write; create the file when there is none.
        case readWriteCreate
        /// Read and write a file that is there.
        case readWrite
        /// Read a file that is there; its schema must be up to date.
        ///
        /// A `-shm` and an empty `-wal` may stay beside it until somebody writes, because removing them is a
        /// right that a reader does not have.
        case readOnly
        /// Read a file that nobody writes to while it is open, such as a backup; its schema must be up to date.
        ///
        /// Not a byte is written, and nothing is put beside the file, so that it can lie on a medium that cannot be
        /// written. It is for copies: where somebody does write, what is read may be torn. Where a `-wal` stands beside
        /// the file, which holds a part of the log, the file is read as with `readOnly`.
        case readOnlyCopy

        /// Whether the file cannot be written.
        public var isReadOnly: Bool { self == .readOnly || self == .readOnlyCopy }
    }

    /// The version of the SQLite library that this process uses, such as `3.40.1`.
    public static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// The absolute path of the file, with links resolved.
    public let path: String
    /// The random identity of the log: 32 lower-case hexadecimal digits.
    public let identity: String
    /// What the file was opened for.
    public let mode: Mode
    /// How it is kept.
    public let options: SQLiteOptions
    /// How connections that read open the file.
    let readingAccess: Connection.Access
    let liveness: EngineLocks
    let keyFile: SQLiteKeyFile
    let idleness: Mutex<Idleness>

    /// Opens a file and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: A path; nothing in it has a special meaning.
    ///   - options: How the file is kept.
    ///   - mode: What may be done to it.
    /// - Throws: `StoreError` with a reason that says what to do: `unavailable` when there is no file or no
    ///   place for one, `readOnly` when it or its folder cannot be written, `corrupt` when it is damaged or no
    ///   log of Holdfast, `schemaTooNew` when a newer program wrote it, `busy` when another process keeps it
    ///   locked.
    public convenience init(
        path: String, options: SQLiteOptions = SQLiteOptions(), mode: Mode = .readWriteCreate
    ) throws(StoreError) {
        try self.init(path: path, options: options, mode: mode, migrations: Migrations.all)
    }

    init(path: String, options: SQLiteOptions, mode: Mode, migrations: [Migration]) throws(StoreError) {
        let file = try DatabaseFile(path)
        try file.check(creating: mode == .readWriteCreate)
        // Readers of a file that may be written open it so, because they may have to recover the write-ahead log.
        readingAccess =
            switch mode {
            case .readWriteCreate, .readWrite: .write
            case .readOnly: .read
            case .readOnlyCopy: file.hasWriteAheadLog ? .read : .readUnchanging
            }
        do throws(StoreError) {
            let access = mode == .readWriteCreate ? .create : readingAccess
            let opened = try SQLiteStore.open(file, options, mode, access, migrations)
            (self.path, identity) = (opened.path, opened.identity)
        } catch {
            throw file.explaining(error, writing: !mode.isReadOnly)
        }
        self.mode = mode
        self.options = options
        liveness = EngineLocks(databasePath: self.path)
        keyFile = SQLiteKeyFile(path: self.path + ".keys", canWrite: mode != .readOnly)
        idleness = Mutex(Idleness())
    }

    /// Opens the connection that writes.
    ///
    /// - Throws: `StoreError` with the code `readOnly` when the file was opened for reading only.
    public func openWriter() throws(StoreError) -> any StorageWriter { SQLiteWriter(try openForWriting()) }

    /// Opens a connection that only reads.
    public func openReader() throws(StoreError) -> any StorageReader {
        SQLiteReader(try openForReading())
    }

    /// Reads the whole file and looks for damage, which takes about a second for each GiB.
    ///
    /// - Throws: `StoreError` with the code `corrupt`.
    public func checkIntegrity() throws(StoreError) {
        let connection = try Connection(path: path, access: readingAccess)
        connection.setPatience(options.busyTimeout)
        try connection.checkIntegrity()
    }

    /// Drops everything that follows from the log and folds it again in one transaction, as bringing an older schema up to date
    /// does; `repairProjections` is for a log that is in use.
    ///
    /// - Throws: `StoreError`; nothing has changed then. `corrupt` names the event that cannot be read or
    ///   cannot follow.
    package func rebuildProjections() throws(StoreError) {
        let writer = SQLiteWriter(try openForWriting())
        _ = try writer.begin()
        do throws(StoreError) {
            try writer.rebuildProjections()
            try writer.commit()
        } catch {
            writer.rollback()
            throw error
        }
    }

    /// Opens a connection that is told not to write.
    func openForReading() throws(StoreError) -> Connection {
        let connection = try Connection(path: path, access: readingAccess)
        connection.setPatience(options.busyTimeout)
        try ConnectionSettings(options, isWriter: false, isUnchanging: readingAccess == .readUnchanging)
            .apply(to: connection)
        return connection
    }

    func openForWriting() throws(StoreError) -> Connection {
        guard !mode.isReadOnly else {
            throw StoreError(
                .readOnly, operation: "open a writer", reason: "\(path) was opened for reading only")
        }
        let connection = try Connection(path: path, access: .write)
        connection.setPatience(options.busyTimeout)
        try ConnectionSettings(options, isWriter: true).apply(to: connection)
        try connection.skipTriggers()
        return connection
    }

    /// Opens the file for the first time: checks whose it is, creates and migrates it.
    private static func open(
        _ file: DatabaseFile, _ options: SQLiteOptions, _ mode: Mode, _ access: Connection.Access,
        _ migrations: [Migration]
    ) throws(StoreError) -> (path: String, identity: String) {
        let connection = try Connection(path: file.path, access: access)
        connection.setPatience(options.busyTimeout)
        // In one transaction: another process may be about to make a log of the empty file.
        let found = try connection.reading { () throws(StoreError) in try connection.identifyFile() }
        if !mode.isReadOnly, connection.isReadOnly {
            throw StoreError(
                .readOnly, operation: "open",
                reason: "\(file.path) cannot be written; ask for the right, or open it for reading only")
        }
        guard found.isOurs || (found.isEmpty && !mode.isReadOnly) else { throw strangerError(found) }
        if mode.isReadOnly {
            try SchemaUpgrade(connection, migrations: migrations).requireUpToDate()
        } else {
            if found.isEmpty { try connection.prepareEmptyFile() } else { try connection.useWriteAheadLog() }
            try ConnectionSettings(options, isWriter: true).apply(to: connection)
            try SchemaUpgrade(connection, migrations: migrations).run()
        }
        if options.checksOnOpen { try connection.checkIntegrity() }
        return (connection.path, try connection.readIdentity())
    }

    /// The refusal of a SQLite file that is no log of Holdfast.
    static func strangerError(_ found: FileIdentification) -> StoreError {
        StoreError(
            .corrupt, operation: "open",
            reason: found.isEmpty
                ? "the database is empty; it has to be opened for writing once"
                : "it is a SQLite database of another program, with \(found.objects) tables and indexes; nothing in it"
                    + " was changed, choose another path")
    }
}
