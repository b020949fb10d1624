public import HoldfastCore

extension JobState {
    /// The token of the lease that is held; nil while nobody runs the job.
    public var leaseToken: LeaseToken? {
        guard case .running(let running) = phase else { return nil }
        return running.token
    }
}
