import HoldfastStore

extension OpenStore {
    /// Looks through the whole file.
    ///
    /// - Throws: `CommandFailure` that names the file.
    func audit(
        anchor: LogHead?, progress: @escaping @Sendable (AuditProgress) -> Void
    ) throws -> AuditReport {
        try naming { try audited().audit(anchor: anchor, progress: progress) }
    }

    /// Puts right what follows from the log.
    ///
    /// - Throws: `CommandFailure` that names the file.
    func repair(progress: (AuditProgress) -> Void) throws -> ProjectionRepair {
        try naming { try audited().repairProjections(progress: progress) }
    }

    private func audited() throws -> any AuditedStorage {
        guard let storage = try open() as? any AuditedStorage else {
            throw CommandFailure(.wrongDatabase, "the store at \(path) cannot be looked through")
        }
        return storage
    }
}
