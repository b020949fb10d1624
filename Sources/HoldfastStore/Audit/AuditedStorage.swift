/// A store that can look through all it holds, and put right what follows from its log.
public protocol AuditedStorage: StorageBackend {
    /// Looks through everything: the chain of hashes and the numbers of each job's events, every row that follows from the log,
    /// every large value and file, every segment of its archive (P4, P10), and the file as such.
    ///
    /// It reads one state of the database while others write, and writes nothing.
    ///
    /// - Parameters:
    ///   - anchor: An end of the log that somebody kept elsewhere; without it nobody can tell that the newest events were cut off.
    ///   - isThorough: Whether every index is compared with its table as well, which takes many times as long as to read every
    ///     page of the file.
    ///   - progress: Is told now and then how far it is, on any thread. What it throws ends the look, and is a finding.
    /// - Returns: What was found.
    /// - Throws: `StoreError` when the file cannot be read at all; a damage of the file that stops one look is a finding.
    func audit(
        anchor: LogHead?, isThorough: Bool,
        progress: @escaping @Sendable (AuditProgress) throws(StoreError) -> Void
    ) throws(StoreError) -> AuditReport
    /// Folds the whole log beside the rows that follow from it, and puts right each row that differs, all in one moment (P4).
    ///
    /// Others read and write while the log is folded and compared. Only putting the rows right takes the write lock: for as
    /// long as the events take that came meanwhile, and the rows that differ. Where none does, nothing is written.
    ///
    /// - Parameter progress: Is told now and then how far the fold is. What it throws ends it, and nothing has changed then.
    /// - Returns: What was done.
    /// - Throws: `StoreError`; nothing has changed then. `corrupt` names the event that cannot be read or cannot follow.
    func repairProjections(
        progress: (AuditProgress) throws(StoreError) -> Void
    ) throws(StoreError) -> ProjectionRepair
}

/// How far an audit or a rebuild has come.
public struct AuditProgress: Hashable, Sendable {
    /// How many events were looked at, by whoever is behind of those that look at the same time.
    public let events: Int64
    /// How many there are.
    public let total: Int64

    /// Puts both together.
    public init(events: Int64, total: Int64) {
        self.events = events
        self.total = total
    }
}

/// What a rebuild did.
public struct ProjectionRepair: Hashable, Sendable {
    /// How many events were folded.
    public let events: Int64
    /// How many rows were not as the log says, and are now.
    public let rows: Int
    /// The first of them, in words for people; at most 100.
    public let sentences: [String]

    /// Puts the values together.
    public init(events: Int64, rows: Int, sentences: [String]) {
        self.events = events
        self.rows = rows
        self.sentences = sentences
    }
}
