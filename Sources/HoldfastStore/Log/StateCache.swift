import HoldfastCore

/// Remembers the states of the jobs that were written last, within a bound.
///
/// Two generations: when the young one is full it becomes the old one, whose rest is forgotten; a state that
/// is asked
/// for comes back to the young one.
struct StateCache {
    private let capacity: Int
    private var young: [JobID: JobState] = [:]
    private var old: [JobID: JobState] = [:]

    init(capacity: Int) { self.capacity = max(1, capacity / 2) }

    subscript(id: JobID) -> JobState? {
        mutating get {
            if let state = young[id] { return state }
            guard let state = old.removeValue(forKey: id) else { return nil }
            insert(state, id)
            return state
        }
        set {
            old[id] = nil
            if let newValue { insert(newValue, id) } else { young[id] = nil }
        }
    }

    mutating func removeAll() {
        young.removeAll(keepingCapacity: true)
        old.removeAll()
    }

    private mutating func insert(_ state: JobState, _ id: JobID) {
        if young.count >= capacity, young[id] == nil {
            old = young
            young.removeAll(keepingCapacity: true)
        }
        young[id] = state
    }
}
