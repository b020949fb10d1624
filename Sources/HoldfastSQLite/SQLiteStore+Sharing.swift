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
    }

    /// Says that an engine instance lives, until it is resigned or the process ends.
    ///
    /// - Throws: `StoreError` when its lock file cannot be put beside the database.
    public func announce(_ engine: EngineID) throws(StoreError) { try liveness.announce(engine) }

    /// Takes the announcement back.
    public func resign(_ engine: EngineID) { liveness.resign(engine) }

    /// Tells whether the engine's process is dead for sure: its lock file is there and nobody holds it.
    public func isProvedDead(_ engine: EngineID) -> Bool { liveness.isProvedDead(engine) }

    /// Blocks up to `milliseconds` and gives the head of the log when somebody committed since the last call.
    ///
    /// It looks each 20 ms. Commits of this process count as well, and the first call of a reader gives the
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
                let pause = min(remaining, 20)
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
    public var writeAheadLogBytes: Int64 {
        var facts = stat()
        return stat(path + "-wal", &facts) == 0 ? Int64(facts.st_size) : 0
    }

    private func headIfMoved(_ reader: SQLiteReader, waited: Int) throws(StoreError) -> EventLogPosition? {
        if let head = try reader.headIfMoved() {
            idleness.withLock { $0 = Idleness() }
            return head
        }
        let isIdle = idleness.withLock { idleness in
            idleness.milliseconds += waited
            let limit = options.idleCheckpointDelay.microsecondsRoundedUp / 1000
            guard !idleness.isSettled, idleness.milliseconds >= limit else { return false }
            idleness.isSettled = true
            return true
        }
        if isIdle, mode != .readOnly, writeAheadLogBytes >= options.idleCheckpointBytes {
            let isFolded = try reader.foldWriteAheadLog()
            // Whoever was in the way will be gone after another while.
            if !isFolded { idleness.withLock { $0 = Idleness() } }
        }
        return nil
    }
}
