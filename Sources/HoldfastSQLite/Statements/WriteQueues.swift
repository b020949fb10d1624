import HoldfastCore
import HoldfastStore

extension Connection {
    /// Brings the rows of queues up to their states.
    func writeQueues(_ queues: [QueueName: QueueState]) throws(StoreError) {
        for (name, state) in queues {
            let write = try statement(
                #"""
                INSERT INTO queues (name, limits, pause, rate_due) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (name) DO UPDATE
                   SET limits = excluded.limits, pause = excluded.pause, rate_due = excluded.rate_due
                """#, for: "keep a queue")
            write.bind(name, at: 1)
            write.bind(QueueCodec.encode(state.limits).text, at: 2)
            write.bind(state.pause.map { QueueCodec.encode($0).text }, at: 3)
            write.bind(state.rateDue, at: 4)
            try write.run()
        }
    }

    /// The queues that were configured or paused, in the order of their names.
    func readQueues() throws(StoreError) -> [QueueState] {
        let statement = try statement(
            #"SELECT name, limits, pause, rate_due FROM queues ORDER BY name"#, for: "read the queues")
        defer { statement.reset() }
        var queues: [QueueState] = []
        while try statement.step() { queues.append(try queue(statement)) }
        return queues
    }

    private func queue(_ row: Statement) throws(StoreError) -> QueueState {
        do {
            return try QueueCodec.decode(
                QueueName(unchecked: row.text(0)), limits: JSONText(unchecked: row.text(1)),
                pause: row.optionalText(2).map(JSONText.init(unchecked:)), rateDue: row.time(3))
        } catch {
            throw row.damaged("a queue cannot be read: \(error)")
        }
    }
}
