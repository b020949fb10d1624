public import HoldfastCore
package import HoldfastStore

/// Why a job is where it is: how it ended, what it does, or what keeps it from running.
///
/// It holds facts alone: what the log, the leases and the locks of engines say at one moment.
public struct JobStanding: Hashable, Sendable {
    /// The job.
    public let job: JobID
    /// What kind of job it is.
    public let kind: JobKind
    /// The lane that it is in.
    public let queue: QueueName
    /// Its state.
    public let state: JobPhaseName
    /// Up to where the log was known.
    public let position: EventLogPosition
    /// The moment of the question, by the injected clock.
    public let at: Timestamp
    /// What tells why, the most decisive first; never empty.
    public private(set) var reasons: [StandingReason]
    /// Whether the job waits for more than is listed.
    public let hasMore: Bool

    /// Draws the conclusions from facts.
    init(_ facts: StandingFacts) {
        job = facts.job.id
        kind = facts.job.origin.kind
        queue = facts.job.origin.queue
        state = facts.job.phase.name
        position = facts.position
        at = facts.now
        reasons = facts.reasons
        if case .waiting(let waiting) = facts.job.phase {
            hasMore = waiting.hasMore
        } else {
            hasMore = false
        }
    }

    /// Finds out why a job is where it is, in a number of short reads that does not grow with the log.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - reader: Reads the log.
    ///   - storage: Tells which engines live; without one that can, who joined and did not leave counts as alive.
    ///   - now: The moment of the question.
    /// - Throws: `JobRejection.unknownJob`, `StoreError`, `EventDecodingError`.
    package init(
        _ job: JobID, from reader: any StorageReader, of storage: any StorageBackend, at now: Timestamp
    ) throws {
        let isAlive = (storage as? any SharedStorage).map { shared in { shared.isAlive($0) } }
        var facts: StandingFacts?
        for _ in 0..<3 {
            let read = try StandingFacts(job, from: reader, isAlive: isAlive ?? { _ in true }, at: now)
            facts = read
            // Each read is a transaction of its own: what changed in between is looked at once more.
            if try reader.job(job)?.phase == read.job.phase { break }
        }
        guard let facts else { throw JobRejection.unknownJob }
        self.init(facts)
    }

    /// The same without what is not the job's own: other jobs, and who runs what and steers queues.
    ///
    /// It is what somebody may see who may see the job alone.
    package var withoutOthers: JobStanding {
        var copy = self
        copy.reasons = reasons.map { $0.code.isOfLane ? $0.withoutOthers : $0 }
        return copy
    }

    /// The object that the API and the command line show.
    package var json: JSONText {
        JSONWriter.object(capacity: 512) { writer in
            writer.field("job", job.description)
            writer.field("kind", kind)
            writer.field("queue", queue)
            writer.field("state", state.rawValue)
            writer.field("position", position.description)
            writer.field("at", at)
            writer.key("reasons")
            writer.array { for reason in reasons { $0.raw(reason.json) } }
            if hasMore { writer.field("more", true) }
        }
    }

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        job = try fields.job("job")
        kind = try fields.required("kind", fields.name("kind"))
        queue = try fields.required("queue", fields.name("queue"))
        state = try fields.literal("state")
        position = try fields.position("position")
        at = try fields.required("at", fields.timestamp("at"))
        let list = try fields.required("reasons", fields.raw("reasons").flatMap(JSONValues.elements))
        reasons = try list.map { try StandingReason(parsing: $0) }
        hasMore = try fields.bool("more") ?? false
    }
}

extension JobEngine {
    /// Tells why a job is where it is: how it ended, what it does, or what keeps it from running.
    ///
    /// - Throws: `JobRejection.unknownJob`, `StoreError`.
    public func standing(of job: JobID) async throws -> JobStanding {
        let (storage, now) = (log.backend, environment.now())
        return try await log.read { try JobStanding(job, from: $0, of: storage, at: now) }
    }
}
