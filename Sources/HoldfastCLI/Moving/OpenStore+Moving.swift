import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore

// Whole files that are moved.
extension OpenStore {
    /// Copies the database into a new file, and checks the copy.
    ///
    /// - Throws: `MovingRejection`, `CommandFailure` that names the file; what `progress` throws.
    func backUp(to target: String, progress: @escaping @Sendable (MovingProgress) throws -> Void) throws
        -> Backup
    {
        try naming {
            guard let store = try open() as? SQLiteStore else {
                throw CommandFailure(.wrongDatabase, "the store at \(path) cannot be copied")
            }
            return try store.backUp(to: target, progress: progress)
        }
    }

    /// Makes the database of a backup.
    ///
    /// - Throws: `MovingRejection`, `CommandFailure` that names the backup; what `progress` throws.
    func restore(
        _ backup: String, replacing: Bool, by actor: EventActor, in surroundings: CommandSurroundings,
        progress: @escaping @Sendable (MovingProgress) throws -> Void
    ) async throws -> Backup {
        try OpenStore(path: backup, purpose: .readingCopy).checkFile()
        do {
            return try await SQLiteStore.restore(
                backup, to: path, replacing: replacing, by: actor, environment: surroundings.environment.log,
                progress: progress)
        } catch let error as StoreError {
            throw ErrorSentences.failure(for: error, database: backup)
        }
    }
}
