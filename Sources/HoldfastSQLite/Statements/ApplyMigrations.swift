import HoldfastStore
import SQLiteMigrations

/// Brings the schema of a file up to date: forward only, each migration in a transaction of its own.
///
/// The hash of each text that was applied is kept, so that an edited migration is noticed.
struct SchemaUpgrade {
    private let connection: Connection
    private let migrations: [Migration]

    /// Prepares to bring a file up to the last of `migrations`, which are numbered from 1 without a hole.
    init(_ connection: Connection, migrations: [Migration]) {
        self.connection = connection
        self.migrations = migrations
    }

    /// Applies what is missing.
    ///
    /// - Throws: `StoreError` with the code `schemaTooNew` for a file of a newer program, `corrupt` when a
    ///   migration
    ///   that was applied reads differently now, and whatever the file system says.
    func run() throws(StoreError) {
        // Without the write lock first, because there hardly ever is anything to do.
        if try missing() == nil, try !isRefoldMissing() { return }
        var isDone = false
        while !isDone {
            try connection.beginImmediate()
            do throws(StoreError) {
                // Another process may have been faster: what is missing is only known under the lock.
                if let migration = try missing() {
                    try apply(migration)
                } else {
                    if try isRefoldMissing() { try refold() }
                    isDone = true
                }
                try connection.commitTransaction()
            } catch {
                connection.rollbackTransaction()
                throw error
            }
        }
    }

    /// Checks that nothing is missing.
    ///
    /// - Throws: `StoreError` as `run` does, and with the code `readOnly` when something is missing.
    func requireUpToDate() throws(StoreError) {
        let applied: Int
        if let migration = try missing() {
            applied = migration.version - 1
        } else if try isRefoldMissing() {
            applied = refoldVersion - 1
        } else {
            return
        }
        throw StoreError(
            .readOnly, operation: "open",
            reason: "the file has schema \(applied) and this program needs \(migrations.count);"
                + " open it once for writing to bring it up to date")
    }

    /// The last migration after which what follows from the log is folded anew; 0 when there is none.
    private var refoldVersion: Int { migrations.last { $0.refolds }?.version ?? 0 }

    /// Tells whether nobody folded the log since that migration; the file's user version says up to which it was.
    private func isRefoldMissing() throws(StoreError) -> Bool {
        let folded = try connection.values("PRAGMA user_version", for: "open").first.flatMap { Int($0) } ?? 0
        return folded < refoldVersion
    }

    private func refold() throws(StoreError) {
        try SQLiteWriter(connection).rebuildProjections()
        try connection.execute("PRAGMA user_version = \(refoldVersion)", for: "fold the log anew")
    }

    /// The first migration that was not applied; nil when all were.
    private func missing() throws(StoreError) -> Migration? {
        let applied = try appliedHashes()
        if applied.count > migrations.count {
            throw StoreError(
                .schemaTooNew, operation: "open",
                reason:
                    "the file was written by a newer version of Holdfast (schema \(applied.count), this program"
                    + " knows \(migrations.count)); use that version")
        }
        for (migration, hash) in zip(migrations, applied)
        where SHA256Sum(of: migration.text).hexadecimal != hash {
            throw StoreError(
                .corrupt, operation: "open",
                reason:
                    "migration \(migration.version) (\(migration.name)) was applied to the file with another text"
                    + " than this program has; use the program that the file came from, or restore a backup")
        }
        return applied.count < migrations.count ? migrations[applied.count] : nil
    }

    private func appliedHashes() throws(StoreError) -> [String] {
        let tables = #"SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'"#
        if try connection.values(tables, for: "open").isEmpty { return [] }
        return try connection.values(#"SELECT sha256 FROM migrations ORDER BY version"#, for: "open")
    }

    private func apply(_ migration: Migration) throws(StoreError) {
        let operation = "apply migration \(migration.version) (\(migration.name))"
        if migration.version == 1 {
            let found = try connection.identifyFile()
            guard found.isEmpty else { throw SQLiteStore.strangerError(found) }
            try connection.execute(
                "PRAGMA application_id = \(FileIdentification.applicationID)", for: operation)
        }
        // The moment is a note for people, and nothing is decided by it; so it comes from SQLite's own clock.
        try connection.execute(
            #"""
            CREATE TABLE IF NOT EXISTS migrations (
                version INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                sha256 TEXT NOT NULL,
                applied_at INTEGER NOT NULL DEFAULT (unixepoch() * 1000000)
            ) STRICT
            """#, for: operation)
        try connection.execute(migration.text, for: operation)
        let insert = try connection.statement(
            #"INSERT INTO migrations (version, name, sha256) VALUES (?1, ?2, ?3)"#, for: operation)
        insert.bind(migration.version, at: 1)
        insert.bind(migration.name, at: 2)
        insert.bind(SHA256Sum(of: migration.text).hexadecimal, at: 3)
        try insert.run()
    }
}
