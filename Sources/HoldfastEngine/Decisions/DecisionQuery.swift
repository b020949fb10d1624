public import HoldfastCore
package import HoldfastStore

/// Which decisions a page of the audit trail holds, in the order of their positions.
public struct DecisionQuery: Hashable, Sendable {
    /// Only those about this job; nil for all.
    public var job: JobID?
    /// Only those of whoever has this id, such as `ana`; nil for everybody.
    public var actor: String?
    /// Only those of these kinds; nil for all.
    public var kinds: Set<EventKind>?
    /// Only those recorded at this moment or later.
    public var since: Timestamp?
    /// Only those recorded before this moment.
    public var until: Timestamp?
    /// Whether those are meant as well that engines made on their own account, such as at a deadline.
    public var includesEngines: Bool
    /// Only those after this position.
    public var after: EventLogPosition
    /// The greatest number of decisions, from 1.
    public var limit: Int

    /// Describes a page.
    public init(
        job: JobID? = nil, actor: String? = nil, kinds: Set<EventKind>? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil, includesEngines: Bool = false, after: EventLogPosition = .beginning,
        limit: Int = 200
    ) {
        self.job = job
        self.actor = actor
        self.kinds = kinds
        self.since = since
        self.until = until
        self.includesEngines = includesEngines
        self.after = after
        self.limit = limit
    }

    /// Tells whether a decision is one of those, wherever the page begins and whatever the limit.
    func matches(_ decision: DecisionRecord) -> Bool {
        switch decision.actor.role {
        case .person, .schedule: break
        case .engine: guard includesEngines else { return false }
        case .worker: return false
        }
        if let actor, !decision.actor.id.utf8.elementsEqual(actor.utf8) { return false }
        if let since, decision.at < since { return false }
        if let until, decision.at >= until { return false }
        return true
    }

    /// By how much a clock may have been set back while the log was written.
    ///
    /// The log is ordered by position, so that what was recorded in a stretch of time may stand a little before or behind it.
    private static let slack: Duration = .seconds(3600)

    /// Reads a page in one short read: it may hold fewer decisions than were asked for, or none, and not be the last.
    ///
    /// - Throws: `StoreError`, `EventDecodingError`.
    package func page(from reader: any StorageReader) throws -> DecisionPage {
        let kinds = kinds.map(DecisionRecord.kinds.intersection) ?? DecisionRecord.kinds
        let start = try since.map { try reader.position(at: $0 + (.zero - Self.slack)) } ?? .beginning
        let head = try reader.head().position
        let page = try reader.events(
            EventQuery(job: job, after: max(after, start), through: head, kinds: kinds, limit: limit))
        let decisions = try page.events.compactMap { try DecisionRecord($0) }.filter(matches)
        let isLast = try page.through >= head || isBehindEnd(page.through, reader)
        return DecisionPage(decisions: decisions, next: isLast ? nil : page.through)
    }

    /// Tells whether nothing behind a position can be of the stretch of time that is asked for.
    private func isBehindEnd(_ position: EventLogPosition, _ reader: any StorageReader) throws -> Bool {
        guard let until else { return false }
        let before = EventLogPosition(position.value - 1)
        let last = try reader.events(EventQuery(after: before, limit: 1)).events.first
        return last.map { $0.at >= until + Self.slack } ?? false
    }
}

/// A page of the audit trail.
public struct DecisionPage: Hashable, Sendable {
    /// The decisions, in the order of their positions.
    public var decisions: [DecisionRecord]
    /// The `after` of the next page; nil when the log was looked through.
    public var next: EventLogPosition?

    /// Puts a page together.
    public init(decisions: [DecisionRecord], next: EventLogPosition?) {
        self.decisions = decisions
        self.next = next
    }
}

extension JobEngine {
    /// Tells who decided what: one page of the audit trail.
    ///
    /// - Returns: The decisions of the page, which may be none although there is a next one.
    /// - Throws: `StoreError`.
    public func decisions(_ query: DecisionQuery) async throws -> DecisionPage {
        try await log.read { try query.page(from: $0) }
    }
}
