public import HoldfastCore
import HoldfastStore

extension JobEngine {
    /// Decides a checkpoint and returns once that is durable.
    ///
    /// The first decision counts (P8). An equal one, whoever sends it, gives the first one back; a different one is
    /// recorded as refused.
    ///
    /// - Parameters:
    ///   - choice: What is decided.
    ///   - name: The checkpoint's name.
    ///   - occurrence: Which of that name; nil for the newest.
    ///   - job: The job that asks.
    ///   - actor: Who decides.
    ///   - reason: Why, in words for people.
    ///   - value: What the handler is given.
    /// - Returns: The decision that counts.
    /// - Throws: `CheckpointConflict` with the first decision; `CheckpointTimeout` when the checkpoint failed at its
    ///   deadline; `JobRejection.unknownCheckpoint`, `.unknownJob`, `.ended`; `StoreError`.
    @discardableResult
    public func decide(
        _ choice: CheckpointChoice, _ name: WaitName, occurrence: Int? = nil, of job: JobID,
        by actor: EventActor,
        reason: String? = nil, value: JSONText = .null
    ) async throws -> CheckpointDecision {
        let prepared = try await payload(value, of: job)
        let verdict = CheckpointVerdict(
            choice, name: name, occurrence: occurrence, reason: reason, value: prepared.payload)
        let (isRefused, record) = try await log.write { transaction in
            let command = JobCommand.steer(.decide(verdict, recorded: nil))
            let events = try transaction.execute(command, on: job, by: actor)
            prepared.keep(in: transaction)
            let record: WaitRecord?
            if let occurrence {
                record = try transaction.wait(WaitKey(.checkpoint, name, occurrence: occurrence), of: job)
            } else {
                record = try transaction.waits(of: job, WaitQuery(kind: .checkpoint, name: name, limit: 1))
                    .first
            }
            guard let record else { throw JobRejection.unknownCheckpoint(name) }
            return (events.contains { $0.event.kind == .checkpointRefused }, record)
        }
        let decision = try await CheckpointDecision(record, of: job, in: self)
        guard !isRefused else { throw CheckpointConflict(checkpoint: record.key, first: decision) }
        return decision
    }

    /// Delivers a signal to a job and returns once that is durable.
    ///
    /// A job that does not wait for it yet finds it when it does.
    ///
    /// - Parameters:
    ///   - name: The signal's name.
    ///   - payload: Any JSON value.
    ///   - job: The job.
    ///   - actor: Who sends it.
    ///   - request: By what a repeated delivery is known, which then changes nothing; nil when each counts.
    /// - Returns: The job as it is then.
    /// - Throws: `JobRejection.unknownJob`, `.ended`, `.requestReused` when that request brought something else before;
    ///   `StoreError`, also when the payload is above the limit.
    @discardableResult
    public func signal(
        _ name: WaitName, _ payload: JSONText = .null, to job: JobID, by actor: EventActor,
        request: RequestKey? = nil
    ) async throws -> JobState {
        let prepared = try await self.payload(payload, of: job)
        let mark = request.map { RequestMark(id: $0, sha256: prepared.digest) }
        let delivery = SignalDelivery(name: name, payload: prepared.payload, request: mark)
        return try await log.write { transaction in
            let command = JobCommand.steer(.signal(delivery, newest: nil, repeated: nil))
            try transaction.execute(command, on: job, by: actor)
            prepared.keep(in: transaction)
            guard let state = try transaction.job(job) else { throw JobRejection.unknownJob }
            return state
        }
    }

    /// The checkpoints of all jobs that wait for a person, the oldest first.
    ///
    /// - Parameters:
    ///   - owner: Only those of jobs that belong to it; nil for all.
    ///   - position: Only those opened after this position: the `opened` of the last one of the page before.
    ///   - limit: The greatest number, from 1.
    /// - Returns: What waits, with the jobs that ask.
    /// - Throws: `StoreError`.
    public func openCheckpoints(
        of owner: Owner? = nil, after position: EventLogPosition = .beginning, limit: Int = 50
    ) async throws -> [OpenCheckpoint] {
        try await log.read {
            try OpenCheckpoint.page(from: $0, at: nil, of: owner, after: position, limit: limit).checkpoints
        }
    }

    /// The event that ended a wait; nil when it is not over.
    func event(ending record: WaitRecord, of job: JobID) async throws -> JobEvent? {
        guard let position = record.result,
            let stored = try await fetch({ try $0.event(at: position, of: job) }),
            case .job(let event) = try stored.decoded().event
        else { return nil }
        return event
    }
}
