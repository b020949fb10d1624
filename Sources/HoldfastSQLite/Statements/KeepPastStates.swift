import HoldfastCore
import HoldfastStore

extension Connection {
    /// Keeps states that jobs left, once the rows of those jobs are written.
    func keepPastStates(_ states: [WriteSet.PastState]) throws(StoreError) {
        for state in states {
            let insert = try statement(
                #"""
                INSERT INTO past_states (state, size, ended, began, job)
                VALUES (?1, ?2, ?3, ?4, (SELECT first_position FROM jobs WHERE id = ?5))
                """#, for: "keep a state")
            insert.bind(state.phase.rawValue, at: 1)
            insert.bind(state.size, at: 2)
            insert.bind(state.ended, at: 3)
            insert.bind(state.began, at: 4)
            insert.bind(state.job, at: 5)
            try insert.run()
        }
    }
}

extension WriteSet.PastState {
    /// How many bits the number of positions has at which it held.
    var size: Int { Int64.bitWidth - (ended.value - began.value).leadingZeroBitCount }
}
