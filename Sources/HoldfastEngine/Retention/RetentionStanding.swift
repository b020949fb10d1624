package import HoldfastCore
package import HoldfastStore

/// Whether retention does what its rules say: the rules that an engine recorded, against the oldest job that they let go.
package struct RetentionStanding: Hashable, Sendable {
    /// A job that is there although a rule let it go long ago.
    package struct Overdue: Hashable, Sendable {
        /// The job: the first that ended of those that the rule lets go.
        package let job: JobID
        /// Its kind.
        package let kind: JobKind
        /// How it ended.
        package let state: JobPhaseName
        /// When it ended.
        package let finishedAt: Timestamp
        /// The rule.
        package let rule: RetentionRule

        /// Puts the values together.
        package init(
            job: JobID, kind: JobKind, state: JobPhaseName, finishedAt: Timestamp, rule: RetentionRule
        ) {
            (self.job, self.kind, self.state) = (job, kind, state)
            (self.finishedAt, self.rule) = (finishedAt, rule)
        }
    }

    /// The rules.
    package var policy: RetentionPolicy
    /// The engine that recorded them last.
    package var engine: EngineID
    /// Whether that engine lives.
    package var isAlive: Bool
    /// When it recorded them.
    package var configuredAt: Timestamp
    /// When jobs were last pruned, by whomever; nil for never.
    package var lastPruned: Timestamp?
    /// The job that ended first of those that a rule let go for longer than `patience`, and that nothing keeps; nil when there is
    /// none.
    package var overdue: Overdue?

    /// How long a job may be there that a rule lets go: two looks and what they take.
    package static func patience(_ policy: RetentionPolicy) -> Duration {
        max(policy.interval * 2, .seconds(600))
    }

    /// How many jobs that a rule lets go are looked at for one that is not kept for its parent.
    private static let lookLimit = 100

    /// Puts the values together.
    package init(
        policy: RetentionPolicy, engine: EngineID, isAlive: Bool, configuredAt: Timestamp,
        lastPruned: Timestamp? = nil, overdue: Overdue? = nil
    ) {
        (self.policy, self.engine, self.isAlive) = (policy, engine, isAlive)
        (self.configuredAt, self.lastPruned, self.overdue) = (configuredAt, lastPruned, overdue)
    }

    /// Examines a log; nil where no rules are recorded.
    ///
    /// - Parameters:
    ///   - reader: Reads the log.
    ///   - storage: Knows which engines live.
    ///   - now: The moment of the examination.
    /// - Throws: `StoreError`, `EventDecodingError`.
    package init?(
        from reader: any StorageReader, of storage: any StorageBackend, at now: Timestamp
    ) throws {
        guard let last = try reader.newestRetention(), let policy = last.event.retention else { return nil }
        let pruned = EventQuery(kinds: [.enginePruned], limit: 1, fromEnd: true)
        self.init(
            policy: policy, engine: last.event.engine,
            isAlive: (storage as? any SharedStorage)?.isAlive(last.event.engine) ?? true,
            configuredAt: last.at, lastPruned: try reader.events(pruned).events.last?.at)
        let limit = now + (.zero - Self.patience(policy))
        for rule in policy.rules {
            guard let found = try Self.overdue(rule, at: limit, from: reader) else { continue }
            if found.finishedAt < overdue?.finishedAt ?? .distantFuture { overdue = found }
        }
    }

    /// The first job that a rule let go at a moment of the past.
    private static func overdue(
        _ rule: RetentionRule, at moment: Timestamp, from reader: any StorageReader
    ) throws -> Overdue? {
        guard let retaining = reader as? any RetainingReader else { return nil }
        var first: Overdue?
        for group in try RetentionSearch.groups(of: rule, at: moment, from: reader) {
            // One that ended since then was not let go by then, whatever the rule says of it now.
            let end = min(group.before ?? moment, moment)
            for job in try retaining.endedJobs(group.kind, group.state, before: end, limit: lookLimit) {
                guard let state = try reader.job(job), let finishedAt = state.finishedAt else { continue }
                if let parent = state.origin.parent?.job, try reader.job(parent)?.phase.name.isEnded == false
                {
                    continue
                }
                if finishedAt < first?.finishedAt ?? .distantFuture {
                    first = Overdue(
                        job: job, kind: group.kind, state: group.state, finishedAt: finishedAt, rule: rule)
                }
                break
            }
        }
        return first
    }
}
