import HoldfastCore
import HoldfastStore

extension Connection {
    /// The number of jobs of each queue and state.
    func readCounters() throws(StoreError) -> [QueueCountKey: Int] {
        let statement = try statement(#"SELECT queue, state, jobs FROM counters"#, for: "read the counters")
        defer { statement.reset() }
        return try readCounts(statement)
    }

    /// The numbers of rows with the columns queue, state and the number; several of one queue and state are added up.
    func readCounts(_ statement: Statement) throws(StoreError) -> [QueueCountKey: Int] {
        var numbers: [QueueCountKey: Int] = [:]
        while try statement.step() {
            guard let phase = JobPhaseName(rawValue: statement.text(1)) else {
                throw statement.damaged("a state is unknown")
            }
            let key = QueueCountKey(queue: QueueName(unchecked: statement.text(0)), phase: phase)
            numbers[key, default: 0] += Int(statement.integer(2))
        }
        return numbers
    }
}
