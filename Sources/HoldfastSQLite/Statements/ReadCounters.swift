import HoldfastCore
import HoldfastStore

extension Connection {
    /// The number of jobs of each queue and state.
    func readCounters() throws(StoreError) -> [QueueCountKey: Int] {
        let statement = try statement(#"SELECT queue, state, jobs FROM counters"#, for: "read the counters")
        defer { statement.reset() }
        var numbers: [QueueCountKey: Int] = [:]
        while try statement.step() {
            guard let phase = JobPhaseName(rawValue: statement.text(1)) else {
                throw statement.damaged("a state is unknown")
            }
            let key = QueueCountKey(queue: QueueName(unchecked: statement.text(0)), phase: phase)
            numbers[key] = Int(statement.integer(2))
        }
        return numbers
    }
}
