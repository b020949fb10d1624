import HoldfastCore
import HoldfastStore

extension Connection {
    /// Keeps states of jobs as they were after certain events.
    func keepSnapshots(_ snapshots: [WriteSet.Snapshot]) throws(StoreError) {
        for snapshot in snapshots {
            let insert = try statement(
                #"INSERT INTO snapshots (job, version, position, state) VALUES (?1, ?2, ?3, ?4)"#,
                for: "keep a snapshot")
            insert.bind(snapshot.state.id, at: 1)
            insert.bind(snapshot.state.version, at: 2)
            insert.bind(snapshot.position, at: 3)
            insert.bind(JobStateCodec.encode(snapshot.state).text, at: 4)
            try insert.run()
        }
    }
}
