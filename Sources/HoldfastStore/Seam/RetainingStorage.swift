public import HoldfastCore

/// A writer that can give up what retention asks for.
///
/// Not every store has to: one in memory lives as long as its tests.
public protocol RetainingWriter: StorageWriter {
    /// Some of a job's events with their seals, from its first one on that is still there.
    func sealedEvents(of job: JobID, limit: Int) throws(StoreError) -> [SealedEvent]
    /// What is left of a job that was pruned; nil when it was not.
    func prunedJob(_ id: JobID) throws(StoreError) -> PrunedJob?
    /// Deletes events and the rows that follow from them.
    func erase(_ erasure: Erasure) throws(StoreError)
    /// Gives some of the pages that are free back to the file system.
    ///
    /// - Returns: How many are free still.
    func releasePages(limit: Int) throws(StoreError) -> Int
}

/// What a reader can tell about retention.
public protocol RetainingReader: StorageReader {
    /// Jobs of a kind that ended in a state before a moment, the first ended first; nil for any moment.
    func endedJobs(
        _ kind: JobKind, _ state: JobPhaseName, before moment: Timestamp?, limit: Int
    ) throws(StoreError) -> [JobID]
    /// When the job ended behind which just `count` jobs of a kind ended in a state, those that ended at a later moment than
    /// `moment` left out; nil where there are not so many.
    func endOfJob(
        _ kind: JobKind, _ state: JobPhaseName, behind count: Int, through moment: Timestamp
    ) throws(StoreError) -> Timestamp?
    /// What jobs of a kind that ended in a state take up, the last ended first.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - state: The state.
    ///   - moment: Jobs that ended later are left out.
    ///   - last: Where a page before this one ended; nil for the first page.
    ///   - limit: How many jobs.
    /// - Returns: The page.
    /// - Throws: `StoreError`.
    func endedSizes(
        _ kind: JobKind, _ state: JobPhaseName, through moment: Timestamp, behind last: EndedSize?, limit: Int
    ) throws(StoreError) -> [EndedSize]
    /// The kinds of jobs that there are.
    func endedKinds() throws(StoreError) -> [JobKind]
    /// What is left of a job that was pruned; nil when it was not.
    func prunedJob(_ id: JobID) throws(StoreError) -> PrunedJob?
    /// The `engine.pruned` event that told last of a job that was pruned; nil when it was not.
    func lastPruning(of id: JobID) throws(StoreError) -> StoredEvent?
    /// The `engine.archived` events, and the `engine.restored` ones between them, in order.
    func archivings() throws(StoreError) -> [StoredEvent]
    /// Jobs of which some events are left to be deleted.
    func partlyPrunedJobs(limit: Int) throws(StoreError) -> [JobID]
    /// A page of the stretches that were pruned, from one that begins behind a position.
    func prunedRanges(
        after position: EventLogPosition, limit: Int
    ) throws(StoreError) -> [SealedRange]
}

/// What a job that has ended takes up.
public struct EndedSize: Hashable, Sendable {
    /// Where its first event stands.
    public let first: EventLogPosition
    /// When it ended.
    public let finishedAt: Timestamp
    /// The bytes of the values of its events, and of the large values and files that it refers to.
    public let bytes: Int64

    /// Puts the values together.
    public init(first: EventLogPosition, finishedAt: Timestamp, bytes: Int64) {
        self.first = first
        self.finishedAt = finishedAt
        self.bytes = bytes
    }
}

/// A stretch that was pruned, and the event that tells of it.
public struct SealedRange: Hashable, Sendable {
    /// The stretch.
    public let range: PrunedRange
    /// The position of the engine.pruned event.
    public let event: EventLogPosition

    /// Puts both together.
    public init(range: PrunedRange, event: EventLogPosition) {
        self.range = range
        self.event = event
    }
}

/// What one act of retention deletes.
public struct Erasure: Sendable {
    /// A part of a job, or all of it.
    public struct Part: Sendable {
        /// The job.
        public let job: JobID
        /// Its events that are deleted, in order.
        public let events: [SealedEvent]
        /// The large values and files that these refer to, by their SHA-256.
        public let content: Set<String>
    }

    /// The parts.
    public let parts: [Part]
    /// The stretches in which the events stood, in order.
    public let ranges: [PrunedRange]
    /// The position of the engine.pruned event.
    public let event: EventLogPosition
}
