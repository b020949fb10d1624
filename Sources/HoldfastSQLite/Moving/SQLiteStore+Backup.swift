import HoldfastCore
public import HoldfastStore
import Synchronization

extension SQLiteStore {
    /// Copies the log into a new file while others read and write, and checks the copy.
    ///
    /// The copy is the log as it was at one moment, the beginning of the call, with everything that belongs to it:
    /// large values, artifacts, projections and leases. Nobody waits for it; only the write-ahead log cannot be cut before
    /// its end and grows by what is written meanwhile. The copy gets its name once it is whole, checked and on the disk:
    /// a file of that name is a good backup. It blocks the thread, about a second for each GiB and one for each million
    /// events.
    ///
    /// - Parameters:
    ///   - target: The path of a file that does not exist yet.
    ///   - progress: Is told how far it is, many times a second; the copy is given up when it throws.
    /// - Returns: What was made.
    /// - Throws: `MovingRejection.targetExists`, `.targetIsBeingMade`; `StoreError`, `corrupt` when the log or the copy of
    ///   it is damaged and `full` when there is no room; what `progress` throws. There is no copy then.
    @discardableResult
    public func backUp(
        to target: String, progress: @escaping @Sendable (MovingProgress) throws -> Void = { _ in }
    ) throws -> Backup {
        let place = try DatabaseFile(target)
        try place.refuseExisting()
        try place.check(creating: true)
        let partial = try PartialFile(for: place.path, mode: try DatabaseFile(path).permissions ?? 0o600)
        let head = try SQLiteStore.copy(try openForReading(), to: partial.path, progress: progress)
        try SQLiteStore(path: partial.path, mode: .readOnlyCopy).checkCopy(endsAt: head, progress: progress)
        try partial.publish(as: place.path, replacing: false)
        return Backup(
            path: place.path, identity: identity, head: head, bytes: FileMark(place.path)?.size ?? 0)
    }

    /// Copies everything that is in a log at this moment into an empty file.
    ///
    /// - Returns: Where the log ends in the copy.
    static func copy(
        _ source: Connection, to path: String, progress: (MovingProgress) throws -> Void
    ) throws -> LogHead {
        // SQLite begins anew when another connection commits, unless the source holds on to its moment.
        try source.beginReading()
        defer { source.rollbackTransaction() }
        let head = try source.readHead()
        let pageSize = try source.readPageSize()
        let target = try Connection(path: path, access: .create)
        try target.neglectDurability()
        try source.copyPages(to: target) { copied, total in
            try progress(MovingProgress(.copying, done: copied * pageSize, total: total * pageSize))
        }
        return head
    }

    /// Reads a copy again: the file, the chain from the first event to the last, and all that follows from it.
    ///
    /// - Parameters:
    ///   - head: Where the log ended when it was copied.
    ///   - progress: Is told how many events are checked.
    /// - Throws: `StoreError` with the code `corrupt` and the first finding; what `progress` threw.
    func checkCopy(
        endsAt head: LogHead, progress: @escaping @Sendable (MovingProgress) throws -> Void
    ) throws {
        try checkIntegrity()
        let stop = Mutex<(any Error)?>(nil)
        let anchor = head.position > .beginning ? head : nil
        let report = try auditLog(anchor: anchor) { looked in
            do {
                try progress(MovingProgress(.checking, done: looked.events, total: looked.total))
            } catch {
                // The look ends by itself; what it found then counts for nothing.
                stop.withLock { $0 = $0 ?? error }
            }
        }
        if let error = stop.withLock({ $0 }) { throw error }
        guard let finding = report.findings.first else { return }
        throw StoreError(.corrupt, operation: "check the copy", reason: finding.sentence)
    }
}
