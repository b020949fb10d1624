import HoldfastCore
import HoldfastStore

extension Connection {
    /// A schedule.
    func readSchedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState? {
        let statement = try statement(
            #"SELECT detail FROM schedules WHERE name = ?1"#, for: "read a schedule")
        defer { statement.reset() }
        statement.bind(name, at: 1)
        return try statement.step() ? try schedule(of: statement) : nil
    }

    /// A page of schedules in the order of their names.
    func readSchedules(after name: ScheduleName?, limit: Int) throws(StoreError) -> [ScheduleState] {
        let statement = try statement(
            #"SELECT detail FROM schedules WHERE name > ?1 ORDER BY name LIMIT ?2"#, for: "list schedules")
        defer { statement.reset() }
        statement.bind(name?.rawValue ?? "", at: 1)
        statement.bind(limit, at: 2)
        var schedules: [ScheduleState] = []
        while try statement.step() { schedules.append(try schedule(of: statement)) }
        return schedules
    }

    /// Schedules that are due at or before `moment`, the earliest first.
    func findDueSchedules(_ moment: Timestamp, limit: Int) throws(StoreError) -> [ScheduleName] {
        let statement = try statement(
            #"""
            SELECT name
              FROM schedules INDEXED BY schedules_due
             WHERE due_at IS NOT NULL AND due_at <= ?1
             ORDER BY due_at, name
             LIMIT ?2
            """#, for: "find due schedules")
        defer { statement.reset() }
        statement.bind(moment, at: 1)
        statement.bind(limit, at: 2)
        var names: [ScheduleName] = []
        while try statement.step() { names.append(ScheduleName(unchecked: statement.text(0))) }
        return names
    }

    /// The earliest due moment of a schedule, and what schedules wait for.
    func readScheduleAgenda() throws(StoreError) -> ScheduleAgenda {
        let earliest = try statement(
            #"""
            SELECT due_at
              FROM schedules INDEXED BY schedules_due
             WHERE due_at IS NOT NULL
             ORDER BY due_at
             LIMIT 1
            """#, for: "find the next due schedule")
        defer { earliest.reset() }
        let nextDue = try earliest.step() ? earliest.time(0) : nil
        let waiting = try statement(
            #"SELECT name, behind FROM schedules INDEXED BY schedules_waiting WHERE behind IS NOT NULL"#,
            for: "find waiting schedules")
        defer { waiting.reset() }
        var jobs: [ScheduleName: JobID] = [:]
        while try waiting.step() { jobs[ScheduleName(unchecked: waiting.text(0))] = try waiting.job(1) }
        return ScheduleAgenda(nextDue: nextDue, waiting: jobs)
    }

    private func schedule(of row: Statement) throws(StoreError) -> ScheduleState {
        do {
            return try ScheduleStateCodec.decode(JSONText(unchecked: row.text(0)))
        } catch {
            throw row.damaged("a schedule cannot be read: \(error)")
        }
    }
}
