public import HoldfastCore
public import HoldfastStore

extension SQLiteStore {
    /// Makes a log of a backup, to go on from there.
    ///
    /// The backup is checked, the whole file and the chain from the first event to the last, and stays as it is. The log
    /// has a new identity, so that cursors of the old one are noticed. Jobs that ran are given back and run again; an
    /// `engine.restored` event says where the backup ended. The log gets its name when it is whole and on the disk. It
    /// blocks the thread, about a second for each GiB and one for each million events.
    ///
    /// - Parameters:
    ///   - backup: The path of the backup. A schema of an older program is brought up to date in the log.
    ///   - target: The path of the log.
    ///   - replacing: Whether a log that stands there is replaced.
    ///   - actor: Who asks for it.
    ///   - environment: Where time and chance come from.
    ///   - progress: Is told how far it is; the log is given up when it throws.
    /// - Returns: The log with its new identity, and where the backup ended.
    /// - Throws: `MovingRejection`, `targetInUse` when anybody has the log open that would be replaced; `StoreError`,
    ///   `corrupt` when the backup is damaged; what `progress` throws. What stood at the target is as it was.
    @discardableResult
    public static func restore(
        _ backup: String, to target: String, replacing: Bool = false, by actor: EventActor,
        environment: LogEnvironment,
        progress: @escaping @Sendable (MovingProgress) throws -> Void = { _ in }
    ) async throws -> Backup {
        let (source, place) = (try DatabaseFile(backup), try DatabaseFile(target).withLinksResolved())
        try source.check(creating: false)
        if !replacing || source.resolvedPath == place.path { try place.refuseExisting() }
        try place.check(creating: true)
        // Before the long part, because it is the usual mistake.
        try ReplacedLog.refuseIfEngineLives(on: place)
        let partial = try PartialFile(
            for: place.path, mode: place.permissions ?? source.permissions ?? 0o600)
        let head = try copy(source, to: partial.path, progress: progress)
        let copy = try SQLiteStore(path: partial.path, mode: .readWrite)
        try copy.checkCopy(endsAt: head, progress: progress)
        let identity = try await copy.goOn(from: head, by: actor, environment)
        let replaced = replacing ? try ReplacedLog(place) : nil
        try partial.publish(as: place.path, replacing: replacing)
        try replaced?.letGo()
        return Backup(
            path: place.path, identity: identity, head: head, bytes: FileMark(place.path)?.size ?? 0)
    }

    /// Copies a file, whose schema may be that of an older program, without writing to it.
    ///
    /// - Returns: Where the log ends in it.
    private static func copy(
        _ file: DatabaseFile, to path: String, progress: (MovingProgress) throws -> Void
    ) throws -> LogHead {
        do {
            let access: Connection.Access = file.hasWriteAheadLog ? .read : .readUnchanging
            let source = try Connection(path: file.path, access: access)
            let found = try source.reading { () throws(StoreError) in try source.identifyFile() }
            guard found.isOurs else { throw strangerError(found) }
            return try copy(source, to: path, progress: progress)
        } catch let error as StoreError {
            throw file.explaining(error, writing: false)
        }
    }

    /// Makes a log of its own of a copy that nobody has begun to use.
    ///
    /// - Returns: The new identity.
    private func goOn(
        from head: LogHead, by actor: EventActor, _ environment: LogEnvironment
    ) async throws -> String {
        try openForWriting().renewIdentity()
        let renewed = try SQLiteStore(path: path, mode: .readWrite)
        let event = LogRestored(log: identity, position: head.position, hash: head.hash.hexadecimal)
        try await renewed.begin(with: event, by: actor, environment)
        try renewed.foldAway()
        return renewed.identity
    }

    /// Records the restoration, and gives back the jobs that ran: nobody holds them here.
    private func begin(
        with event: LogRestored, by actor: EventActor, _ environment: LogEnvironment
    ) async throws {
        let log = try EventLog(self, environment: environment)
        do {
            let leases = try await log.read { try $0.leases() }
            try await log.write { transaction in
                transaction.record(.logRestored(event), by: actor)
                for lease in leases {
                    let command = JobCommand.work(lease.token, .release(reason: "restore"))
                    try transaction.execute(command, on: lease.job, by: actor)
                }
            }
            await log.close()
        } catch {
            await log.close()
            throw error
        }
    }

    /// Folds everything into the one file, and closes the last connection, which leaves nothing beside it.
    private func foldAway() throws {
        guard try openForWriting().foldWriteAheadLog(), !(try DatabaseFile(path).hasWriteAheadLog) else {
            throw StoreError(
                .busy, operation: "restore a log",
                reason: "another process has opened \(path) while it was made")
        }
    }
}

extension DatabaseFile {
    /// The file that links lead to, so that it is what is replaced, and not the link.
    fileprivate func withLinksResolved() throws(StoreError) -> DatabaseFile {
        try resolvedPath.map { path throws(StoreError) in try DatabaseFile(path) } ?? self
    }
}
