public import HoldfastCore
public import HoldfastStore
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

// What several processes on one file need of each other.
extension SQLiteStore {
    /// How long nothing was committed, as far as the one thread that awaits commits knows.
    struct Idleness {
        /// Milliseconds that were waited since the last commit.
        var milliseconds = 0
        /// Whether the write-ahead log was looked at since then.
        var isSettled = false
        /// The write-ahead log's file at the last look.
        var mark: FileMark?
        /// Whether SQLite was asked when the file had been like that for a tick or longer: any write would change it.
        var isMarkOld = false
    }

    /// What tells whether a file was written to.
    struct FileMark: Equatable {
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        /// Looks at a file; nil when there is none.
        init?(_ path: String) {
            var facts = stat()
            guard stat(path, &facts) == 0 else { return nil }
            size = Int64(facts.st_size)
            #if canImport(Darwin)
                (seconds, nanoseconds) = (facts.st_mtimespec.tv_sec, facts.st_mtimespec.tv_nsec)
            #else
                (seconds, nanoseconds) = (facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec)
            #endif
        }
    }

    /// Says that an engine instance lives, until it is resigned or the process ends.
    ///
    /// - Throws: `StoreError` when its lock file cannot be put beside the database.
    public func announce(_ engine: EngineID) throws(StoreError) { try liveness.announce(engine) }

    /// Takes the announcement back.
    public func resign(_ engine: EngineID) { liveness.resign(engine) }

    /// Tells whether the engine's process is dead for sure: its lock file is there and nobody holds it.
    public func isProvedDead(_ engine: EngineID) -> Bool { liveness.isProvedDead(engine) }

    /// Tells whether the engine's process holds its lock file.
    public func isAlive(_ engine: EngineID) -> Bool { liveness.isAlive(engine) }

    /// Blocks up to `milliseconds` and gives the head of the log when somebody committed since the last call.
    ///
    /// It looks each 30 ms. Commits of this process count as well, and the first call of a reader gives the
    /// head at once. While nothing is committed it also folds the write-ahead log back, once. A look that fails takes
    /// its time as well, so that who looks again and again does not spin.
    ///
    /// - Parameters:
    ///   - probe: A reader of this store, which is used for nothing else.
    ///   - milliseconds: How long to wait at most, from 0.
    /// - Returns: The head of the log; nil when nobody committed.
    /// - Throws: `StoreError` when the file cannot be read now; the next look sees the same commits.
    public func awaitForeignCommit(
        _ probe: any StorageReader, milliseconds: Int
    ) throws(StoreError) -> EventLogPosition? {
        guard let reader = probe as? SQLiteReader else {
            throw StoreError(
                .constraint, operation: "await a commit", reason: "the reader is of another store")
        }
        var remaining = milliseconds
        do throws(StoreError) {
            if let head = try headIfMoved(reader, waited: 0) { return head }
            while remaining > 0 {
                let pause = min(remaining, 30)
                poll(nil, 0, Int32(pause))
                remaining -= pause
                if let head = try headIfMoved(reader, waited: pause) { return head }
            }
            return nil
        } catch {
            poll(nil, 0, Int32(min(remaining, 20)))
            throw error
        }
    }

    /// The size of the write-ahead log in bytes; 0 when there is none.
    public var writeAheadLogBytes: Int64 { FileMark(path + "-wal")?.size ?? 0 }

    /// The size of the database file in bytes.
    public var databaseBytes: Int64 { FileMark(path)?.size ?? 0 }

    /// Tells whether the write-ahead log was surely not written to since the last look, which costs one call instead
    /// of the locks of a query.
    ///
    /// Its time moves in ticks of a few milliseconds, and two commits within one leave the same; so a file counts as
    /// untouched only after SQLite was asked once more when that tick was over.
    private func isUntouched(waited: Int) -> Bool {
        let mark = FileMark(path + "-wal")
        return idleness.withLock { idleness in
            guard mark == idleness.mark else {
                idleness.mark = mark
                idleness.isMarkOld = false
                return false
            }
            if idleness.isMarkOld { return true }
            // This look still asks SQLite.
            idleness.isMarkOld = waited >= SQLiteStore.longestTick
            return false
        }
    }

    /// Milliseconds within which a second write to a file may leave its time as it was.
    private static var longestTick: Int { 15 }

    private func headIfMoved(_ reader: SQLiteReader, waited: Int) throws(StoreError) -> EventLogPosition? {
        if !isUntouched(waited: waited), let head = try reader.headIfMoved() {
            idleness.withLock { idleness in
                idleness.milliseconds = 0
                idleness.isSettled = false
            }
            return head
        }
        let isIdle = idleness.withLock { idleness in
            idleness.milliseconds += waited
            let limit = options.idleCheckpointDelay.microsecondsRoundedUp / 1000
            guard !idleness.isSettled, idleness.milliseconds >= limit else { return false }
            idleness.isSettled = true
            return true
        }
        if isIdle, !mode.isReadOnly, writeAheadLogBytes >= options.idleCheckpointBytes {
            let isFolded = try reader.foldWriteAheadLog()
            // Whoever was in the way will be gone after another while.
            if !isFolded {
                idleness.withLock { idleness in
                    idleness.milliseconds = 0
                    idleness.isSettled = false
                }
            }
        }
        return nil
    }
}
