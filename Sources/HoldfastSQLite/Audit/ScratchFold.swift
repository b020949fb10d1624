import HoldfastCore
import HoldfastStore
import SQLiteMigrations

/// Folds a log once more, into the tables of a database that is thrown away: what every projection has to be (P4).
///
/// The database has no name and lives in memory as far as that goes, and in a file without a name beyond. It is used by one
/// thread at a time.
final class ScratchFold {
    /// Where the tables are.
    let tables: Connection
    private let writer: SQLiteWriter
    private var rebuild: ProjectionRebuild
    /// Through which position the log was folded.
    private(set) var position = EventLogPosition.beginning

    /// Makes empty tables for the log that a connection reads.
    init(of log: Connection) throws(StoreError) {
        tables = try Connection(path: "", access: .create)
        let operation = "fold the log"
        for setting in [
            "journal_mode = OFF", "synchronous = OFF", "temp_store = MEMORY", "cache_size = -131072",
        ] {
            try tables.execute("PRAGMA \(setting)", for: operation)
        }
        try SchemaUpgrade(tables, migrations: Migrations.all).run()
        writer = SQLiteWriter(tables)
        rebuild = try ProjectionRebuild(
            prunings: try log.readEngineEvents(.enginePruned),
            redactions: try log.readEngineEvents(.engineRedacted))
    }

    /// Folds pages of a log as somebody else reads them, each behind the one before.
    ///
    /// - Parameters:
    ///   - pages: Where they come from.
    ///   - progress: Is told after each page through which position it has come.
    /// - Throws: `StoreError` with the code `corrupt` when an event cannot be read or cannot follow; what `progress` throws.
    func run(
        _ pages: EventPipe, progress: (EventLogPosition) throws(StoreError) -> Void
    ) throws(StoreError) {
        defer { pages.stop() }
        try tables.beginImmediate()
        try writer.folding { () throws(StoreError) in
            while let page = try pages.take() {
                try writer.fold(page, into: &rebuild)
                position = page.last?.position ?? position
                try progress(position)
            }
        }
        try tables.commitTransaction()
    }
}
