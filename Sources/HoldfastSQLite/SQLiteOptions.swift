/// How a SQLite file is opened and kept.
///
/// The standard values are the durable ones.
public struct SQLiteOptions: Hashable, Sendable {
    /// What a commit that returned survives.
    public enum Durability: Hashable, Sendable {
        /// It survives a power cut: each commit waits until the disk has it (`synchronous=FULL`).
        case full
        /// It survives the death of the process, but a power cut may take the last commits
        /// (`synchronous=NORMAL`).
        ///
        /// The file is never damaged by it, and what is lost is always the end of the log.
        case normal
    }

    /// What a commit that returned survives.
    public var durability = Durability.full
    /// How long to wait for the write lock of another process before a call fails with `busy`.
    public var busyTimeout: Duration = .seconds(5)
    /// After how many pages of 4 KiB a commit folds the write-ahead log back into the database.
    public var autocheckpointPages = 4000
    /// To how many bytes the write-ahead log is cut after it was folded back.
    public var journalSizeLimit: Int64 = 64 * 1024 * 1024
    /// How many bytes of pages the writing connection keeps in memory.
    public var writerCacheBytes = 32 * 1024 * 1024
    /// How many bytes of pages each reading connection keeps in memory.
    public var readerCacheBytes = 4 * 1024 * 1024
    /// How long nothing must have been committed before the write-ahead log is folded back and cut to
    /// nothing.
    public var idleCheckpointDelay: Duration = .seconds(5)
    /// The size of the write-ahead log in bytes from which on that is worth it.
    public var idleCheckpointBytes: Int64 = 1024 * 1024
    /// Whether opening reads the whole file and looks for damage, which takes about a second for each GiB.
    ///
    /// It is meant for programs that run for long; commands that are done in a moment leave it out.
    public var checksOnOpen = false
    /// The size in bytes beyond which the database must not grow; writes fail with `full` then.
    ///
    /// Nil for no limit.
    public var sizeLimit: Int64?

    /// The standard values.
    public init() {}
}
