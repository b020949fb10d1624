/// Records that nobody can read the values of a job any more, because its key is destroyed.
public struct KeyDestroyed: Hashable, Sendable {
    /// The job.
    public var job: JobID
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(job: JobID, reason: String? = nil) {
        self.job = job
        self.reason = reason
    }
}
