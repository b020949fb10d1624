import HoldfastCore
import HoldfastStore

extension Connection {
    /// Puts and removes rows of schedules.
    func writeSchedules(_ changes: [ScheduleName: WriteSet.ScheduleChange]) throws(StoreError) {
        for (name, change) in changes.sorted(by: { $0.key < $1.key }) {
            switch change {
            case .put(let state): try putSchedule(state)
            case .remove:
                let delete = try statement(
                    #"DELETE FROM schedules WHERE name = ?1"#, for: "remove a schedule")
                delete.bind(name, at: 1)
                try delete.run()
            }
        }
    }

    private func putSchedule(_ state: ScheduleState) throws(StoreError) {
        let put = try statement(
            #"""
            INSERT INTO schedules (name, due_at, behind, detail) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (name) DO UPDATE
            SET due_at = excluded.due_at, behind = excluded.behind, detail = excluded.detail
            """#, for: "keep a schedule")
        put.bind(state.name, at: 1)
        put.bind(state.wakesAt, at: 2)
        put.bind(state.waitsFor, at: 3)
        put.bind(ScheduleStateCodec.encode(state).text, at: 4)
        try put.run()
    }
}
