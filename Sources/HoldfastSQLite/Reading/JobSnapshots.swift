import HoldfastCore
import HoldfastStore

// What a reader of one job's stream begins with. It runs within a read transaction, and its cost has a bound
// whatever the job's history.
extension Connection {
    /// How many steps a snapshot has at most.
    private static var stepLimit: Int { 1000 }
    /// Up to how many steps are read to find the newest among them.
    private static var scanLimit: Int { 2000 }
    /// Among how many of the job's last events the newest steps are looked for, when it has more.
    private static var eventLimit: Int { 4000 }

    /// The job's state, its steps and its newest logs; nil when there is no such job.
    func snapshot(of job: JobID, logLimit: Int, rows: EventRows) throws(StoreError) -> JobSnapshot? {
        guard let state = try readJob(job) else { return nil }
        var logs: [StoredEvent] = []
        if logLimit > 0 {
            let query = EventQuery(job: job, kinds: [.logWritten], limit: logLimit, fromEnd: true)
            logs = try page(query, rows: rows).events
        }
        return JobSnapshot(
            position: try readHeadPosition(), state: state, steps: try newestSteps(of: job, rows: rows),
            logs: logs, checkpoints: try openCheckpoints(of: job, rows: rows))
    }

    private func openCheckpoints(of job: JobID, rows: EventRows) throws(StoreError) -> [StoredEvent] {
        var opened: [StoredEvent] = []
        for wait in try readWaits(of: job, JobSnapshot.openCheckpoints) {
            let before = EventLogPosition(wait.opened.value - 1)
            opened += try page(EventQuery(job: job, after: before, limit: 1), rows: rows).events
        }
        return opened.sorted { $0.position < $1.position }
    }

    private func newestSteps(of job: JobID, rows: EventRows) throws(StoreError) -> [StepRecord] {
        var records = try readSteps(of: job, after: nil, limit: Connection.scanLimit + 1)
        if records.count > Connection.scanLimit { records = try recentSteps(of: job, rows: rows) }
        records.sort(by: StepRecord.beganBefore)
        return Array(records.suffix(Connection.stepLimit))
    }

    /// The records of the steps that the job's last events are about, in no order.
    private func recentSteps(of job: JobID, rows: EventRows) throws(StoreError) -> [StepRecord] {
        let kinds: Set<String> = Set(
            [EventKind.stepStarted, .stepCompleted, .stepFailed, .stepUnused].map(\.rawValue))
        let last = try page(EventQuery(job: job, limit: Connection.eventLimit, fromEnd: true), rows: rows)
        var keys: Set<StepKey> = []
        for event in last.events where kinds.contains(event.kind) {
            do {
                if case .job(let event) = try event.decoded().event, let key = event.step { keys.insert(key) }
            } catch {
                throw StoreError(.corrupt, operation: "read a job's steps", reason: "\(error)")
            }
        }
        var records: [StepRecord] = []
        for key in keys { if let record = try readStep(key, of: job) { records.append(record) } }
        return records
    }
}
