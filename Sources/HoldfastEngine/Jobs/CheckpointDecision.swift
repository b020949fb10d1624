public import HoldfastCore
package import HoldfastStore

/// How a checkpoint was decided, by whom and why.
public struct CheckpointDecision: Hashable, Sendable {
    /// Which checkpoint.
    public let checkpoint: WaitKey
    /// What was decided.
    public let choice: CheckpointChoice
    /// Who decided; the engine at a deadline.
    public let actor: EventActor
    /// Why, in words for people; `deadline` at a deadline.
    public let reason: String?
    /// When.
    public let at: Timestamp
    /// What the person gave the handler, as JSON; `null` where it was nothing.
    public let value: JSONText

    init(
        checkpoint: WaitKey, choice: CheckpointChoice, actor: EventActor, reason: String?, at: Timestamp,
        value: JSONText
    ) {
        self.checkpoint = checkpoint
        self.choice = choice
        self.actor = actor
        self.reason = reason
        self.at = at
        self.value = value
    }

    /// Whether it was approved.
    public var isApproved: Bool { choice == .approve }

    /// What the person gave the handler.
    ///
    /// - Throws: `DecodingError` when it is of another form.
    public func value<Value: Decodable>(as type: Value.Type) throws -> Value { try JobCoding.decode(value) }

    /// Reads the decision that ended a checkpoint.
    ///
    /// - Throws: `CheckpointTimeout` when it failed at its deadline, `StoreError`.
    init(_ record: WaitRecord, of job: JobID, in engine: JobEngine) async throws {
        guard let position = record.result,
            let (stored, isEncrypted) = try await engine.fetch({ reader in
                (try reader.event(at: position, of: job), try reader.job(job)?.origin.isEncrypted ?? false)
            }) as (StoredEvent?, Bool)?, let recorded = try stored?.decoded()
        else { throw CheckpointDecision.missing(record.key) }
        checkpoint = record.key
        actor = recorded.actor
        at = recorded.at
        switch recorded.event {
        case .job(.checkpointDecided(let event)):
            choice = event.choice
            reason = event.reason
            value = try await engine.log.value(of: event.value, isEncrypted: isEncrypted)
        case .job(.checkpointExpired(let event)):
            switch event.action {
            case .approve: choice = .approve
            case .reject: choice = .reject
            case .fail: throw CheckpointTimeout(checkpoint: record.key, deadline: event.deadline)
            }
            reason = "deadline"
            value = .null
        default: throw CheckpointDecision.missing(record.key)
        }
    }

    private static func missing(_ key: WaitKey) -> StoreError {
        StoreError(.corrupt, operation: "read a decision", reason: "the event of \(key) is missing")
    }
}

/// Nobody decided a checkpoint in time, and the job fails for it, unless its handler catches this.
///
/// Another attempt would find the same, so there is none.
public struct CheckpointTimeout: PermanentError, Hashable, Sendable, CustomStringConvertible {
    /// Which checkpoint.
    public let checkpoint: WaitKey
    /// When it ended.
    public let deadline: Timestamp

    /// One sentence.
    public var description: String { "nobody decided \(checkpoint) before \(deadline)" }
}

/// A checkpoint was decided otherwise before (P8).
///
/// That somebody wanted something else is recorded as well.
public struct CheckpointConflict: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which checkpoint.
    public let checkpoint: WaitKey
    /// The decision that counts.
    public let first: CheckpointDecision

    /// One sentence.
    public var description: String {
        "\(checkpoint) was decided before: \(first.choice.rawValue) by \(first.actor.id) at \(first.at)"
    }
}

/// A checkpoint that waits for a person.
public struct OpenCheckpoint: Hashable, Sendable {
    /// The job that waits, as it is.
    public let job: JobState
    /// Which checkpoint, since when, and until when.
    public let record: WaitRecord
    /// What the person should know.
    public let summary: Payload

    /// Reads what waits for a person over all jobs, or waited at a moment, the oldest first.
    ///
    /// - Parameters:
    ///   - reader: Reads the log.
    ///   - moment: As it was then; nil for now.
    ///   - owner: Only those of jobs that belong to it; nil for all.
    ///   - position: Only those opened after this position.
    ///   - limit: The greatest number, from 1.
    /// - Returns: What waits, and whether all jobs of that moment were looked at; of the present they always are.
    /// - Throws: `PastFault.behindEnd`, `StoreError`, `EventDecodingError`.
    package static func page(
        from reader: any StorageReader, at moment: LogMoment?, of owner: Owner? = nil,
        after position: EventLogPosition = .beginning, limit: Int
    ) throws -> (checkpoints: [OpenCheckpoint], isComplete: Bool) {
        guard let moment else {
            let open =
                try owner.map { try reader.openCheckpoints(of: $0, after: position, limit: limit) }
                ?? reader.openCheckpoints(after: position, limit: limit)
            return (try open.compactMap { try OpenCheckpoint($0, from: reader) }, true)
        }
        let past = try PastReader(reader, at: moment)
        let inbox = try past.openCheckpoints(of: owner, after: position, limit: limit)
        return (try inbox.checkpoints.compactMap { try OpenCheckpoint($0, from: past) }, inbox.isComplete)
    }

    /// Reads the job and the event of a wait; nil when there is none any more.
    private init?(_ wait: JobWait, from reader: any MomentReader) throws {
        guard let job = try reader.job(wait.job),
            let opened = try reader.event(at: wait.record.opened, of: wait.job),
            case .job(.checkpointOpened(let event)) = try opened.decoded().event
        else { return nil }
        (self.job, record, summary) = (job, wait.record, event.summary)
    }
}

extension MomentReader {
    /// The event of a job at a position; nil when there is none.
    func event(at position: EventLogPosition, of job: JobID) throws(StoreError) -> StoredEvent? {
        let before = EventLogPosition(position.value - 1)
        return try events(EventQuery(job: job, after: before, through: position, limit: 1)).events.first
    }
}
