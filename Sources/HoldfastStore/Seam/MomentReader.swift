public import HoldfastCore

/// What can be read of a log as it is, and as it was at any position: a `StorageReader` for now, a `PastReader` for then.
public protocol MomentReader {
    /// Where the log ends.
    func head() throws(StoreError) -> LogHead
    /// A page of events in the order of their positions.
    func events(_ query: EventQuery) throws(StoreError) -> EventPage
    /// The state of a job.
    func job(_ id: JobID) throws(StoreError) -> JobState?
    /// A page of jobs, the newest first.
    func jobs(_ query: JobQuery) throws(StoreError) -> [JobState]
    /// The ids of such a page, without reading the states.
    func jobIDs(_ query: JobQuery) throws(StoreError) -> [JobID]
    /// What a reader of one job's stream begins with, read in one transaction; nil when there is no such job.
    func snapshot(of job: JobID, logLimit: Int) throws(StoreError) -> JobSnapshot?
    /// A large value; nil when there is none with this digest.
    func payload(_ reference: PayloadReference) throws(StoreError) -> JSONText?
    /// The number of jobs of each queue and state; those at zero are left out.
    func counters() throws(StoreError) -> [QueueCountKey: Int]
    /// The queues that were configured or paused, in the order of their names.
    func queues() throws(StoreError) -> [QueueState]
}
