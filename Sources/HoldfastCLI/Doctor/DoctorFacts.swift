import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore

/// What the checks of `holdfast doctor` know: everything that has to be asked of SQLite, of the file system and of the
/// clock.
struct DoctorFacts: Sendable {
    /// The database or a file beside it.
    struct File: Hashable, Sendable {
        /// Its path.
        var path: String
        /// Its length in bytes.
        var bytes: Int64
        /// Who may do what with it, as `chmod` takes it: the low nine bits.
        var rights: UInt32
        /// The number of the user who owns it.
        var owner: UInt32
    }

    /// What the log tells.
    struct Log: Sendable {
        /// The moments of the newest events, at most 1,000, in the order of their positions.
        var moments: [Timestamp] = []
        /// The leases that there are.
        var leases: [Lease] = []
        /// The earliest moment at which a job or a wait is due.
        var earliestDue: Timestamp?
        /// The oldest unfinished job of each state, and of each queue and kind where it is queued.
        var oldest: [JobState] = []
        /// Jobs whose process died more than once without getting further.
        var crashing: [JobState] = []
        /// The queues that were configured or paused.
        var queues: [QueueState] = []
        /// The kinds that some worker announced.
        var kinds: Set<JobKind> = []
        /// The rules of retention against the oldest job; nil where no engine recorded any.
        var retention: RetentionStanding?
    }

    /// The database as it was named.
    var path: String
    /// The moment of the examination.
    var now: Timestamp
    /// The version of the SQLite library.
    var libraryVersion: String
    /// The number of the user who examines.
    var user: UInt32 = 0
    /// The database, and its write-ahead log with that log's index where they are there.
    var files: [File] = []
    /// The lock files of engines that do not live any more.
    var deadLocks: [String] = []
    /// How many bytes can still be written to the disk; nil when that cannot be known.
    var freeBytes: Int64?
    /// What the file tells of itself; nil when it cannot be read.
    var inspection: FileInspection?
    /// What the log tells; nil when it cannot be read.
    var log: Log?
    /// Why the file or the log cannot be read.
    var failure: String?

    /// The length of the database in bytes.
    var databaseBytes: Int64 { files.first?.bytes ?? 0 }
    /// The length of the write-ahead log in bytes.
    var writeAheadLogBytes: Int64 { files.first { $0.path.hasSuffix("-wal") }?.bytes ?? 0 }
}
