import HoldfastStore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A log whose place is taken by another one: nobody may have it open until that is done.
struct ReplacedLog {
    /// Holds the lock of the file; nil where there is none, or none that can be opened.
    private let connection: Connection?

    /// Makes sure that nobody has a log open, from now until it is let go.
    ///
    /// - Throws: `MovingRejection.targetInUse`, `StoreError`.
    init(_ place: DatabaseFile) throws {
        try ReplacedLog.refuseIfEngineLives(on: place)
        guard access(place.path, F_OK) == 0 else {
            connection = nil
            return
        }
        do throws(StoreError) {
            let connection = try Connection(path: place.path, access: .write)
            try connection.takeAlone()
            self.connection = connection
        } catch {
            switch error.code {
            case .busy: throw MovingRejection.targetInUse(place.path)
            // A damaged log is what a backup is for.
            case .corrupt: connection = nil
            default: throw error
            }
        }
        // They belong to the old file, and the new one would take them for its own.
        for end in ["-wal", "-shm"] { unlink(place.path + end) }
    }

    /// Refuses a log on which an engine runs.
    static func refuseIfEngineLives(on place: DatabaseFile) throws(MovingRejection) {
        if EngineLocks.isAnybodyAlive(on: place.path) { throw .targetInUse(place.path) }
    }

    /// Ends the old file, which has no name any more.
    func letGo() throws(StoreError) { try connection?.disown() }
}
