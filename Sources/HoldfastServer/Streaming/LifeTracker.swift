import HoldfastCore

/// Follows whether a job's current life is over.
struct LifeTracker: Sendable {
    /// Whether it is over after the events that were seen.
    private(set) var isOver: Bool
    /// How it ended; what it was before the first event that was seen where none told otherwise.
    private(set) var state: JobPhaseName

    /// Begins with the state that the job has, or will have after events that are still to be seen.
    init(_ state: JobPhaseName) {
        self.state = state
        isOver = state.isEnded
    }

    /// Takes the last change of the next events into account.
    mutating func follow(_ change: LifeChange?) {
        switch change {
        case .ended(let state): (self.state, isOver) = (state, true)
        case .begunAgain: isOver = false
        case nil: break
        }
    }
}
