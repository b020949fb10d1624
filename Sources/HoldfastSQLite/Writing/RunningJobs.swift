import HoldfastCore

/// What the rows of running jobs hold, within a bound, so that an event that changes nothing in the row costs
/// no write.
///
/// Only states that were written through the same connection are here, and all are dropped when another one
/// wrote or a transaction was given up. A job that was forgotten is written once more than needed, which
/// changes nothing.
struct RunningJobs {
    /// How far a job's row is from its new state.
    enum Difference {
        /// The row need not be written.
        case nothing
        /// Only what no index holds has changed.
        case detail
        /// Anything may have changed.
        case everything
    }

    private let capacity: Int
    private var written: [JobID: JobState] = [:]

    init(capacity: Int = 8192) { self.capacity = capacity }

    /// Compares a job's row with its new state, and takes the state for what the row holds from now on.
    mutating func note(_ state: JobState) -> Difference {
        guard let run = state.runPosition else {
            written[state.id] = nil
            return .everything
        }
        if written.count >= capacity, written[state.id] == nil { written.removeAll(keepingCapacity: true) }
        guard let old = written.updateValue(state, forKey: state.id), old.runPosition == run,
            old.priority == state.priority, old.dueAt == state.dueAt
        else { return .everything }
        return old.hasSameRow(as: state) ? .nothing : .detail
    }

    mutating func removeAll() { written.removeAll(keepingCapacity: true) }
}
