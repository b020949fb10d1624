package import HoldfastCore
package import HoldfastStore

/// Finds out which jobs a rule lets go, some at a time.
///
/// What is kept by number and by size is found once: jobs that end later let no further ones go.
package struct RetentionSearch: Sendable {
    /// How many jobs one short read measures.
    private static let turnSize = 100

    /// Adds the newest jobs up until they do not fit any more.
    private struct Walk {
        let kind: JobKind
        let state: JobPhaseName
        let limit: Timestamp?
        let bytes: Int64
        var total: Int64 = 0
        var last: EndedSize?
    }

    private let rule: RetentionRule
    private let moment: Timestamp
    private var left: [(kind: JobKind, state: JobPhaseName)] = []
    private var walk: Walk?
    private var groups: [RetentionGroup] = []

    /// Looks with as many short reads as that takes.
    ///
    /// - Parameters:
    ///   - rule: The rule.
    ///   - moment: When it is asked; jobs that ended later than at a moment of the past are as if they had not.
    ///   - read: Gives a reader to the body for one turn.
    /// - Returns: The groups in which jobs may go, by kind and state; none for a store that keeps everything.
    /// - Throws: What `read` throws.
    package static func groups(
        of rule: RetentionRule, at moment: Timestamp,
        reading read: (
            @escaping @Sendable (any StorageReader) throws -> (RetentionSearch, Bool)
        ) async throws -> (RetentionSearch, Bool)
    ) async throws -> [RetentionGroup] {
        var (search, isDone) = try await read { (try RetentionSearch(rule, moment, from: $0), false) }
        while !isDone {
            (search, isDone) = try await read { [search] reader in
                var next = search
                let isDone = try next.turn(from: reader)
                return (next, isDone)
            }
        }
        return search.groups
    }

    /// The same within one read, for somebody whom nobody waits for.
    package static func groups(
        of rule: RetentionRule, at moment: Timestamp, from reader: any StorageReader
    ) throws -> [RetentionGroup] {
        var search = try RetentionSearch(rule, moment, from: reader)
        while try !search.turn(from: reader) {}
        return search.groups
    }

    private init(_ rule: RetentionRule, _ moment: Timestamp, from reader: any StorageReader) throws {
        self.rule = rule
        self.moment = moment
        guard let reader = reader as? any RetainingReader else { return }
        let kinds = try rule.kind.map { [$0] } ?? reader.endedKinds()
        let states = rule.states.sorted { $0.rawValue < $1.rawValue }
        left = kinds.flatMap { kind in states.map { (kind, $0) } }.reversed()
    }

    /// Looks at the next kind and state, or at some more of its jobs.
    ///
    /// - Returns: Whether that was all.
    private mutating func turn(from reader: any StorageReader) throws -> Bool {
        guard let reader = reader as? any RetainingReader else { return true }
        if let walk {
            try go(on: walk, from: reader)
        } else if let (kind, state) = left.popLast() {
            try begin(kind, state, from: reader)
        }
        return walk == nil && left.isEmpty
    }

    private mutating func begin(
        _ kind: JobKind, _ state: JobPhaseName, from reader: any RetainingReader
    ) throws {
        var limit = rule.age.map { moment + (.zero - $0) }
        if rule.newest > 0 {
            let end = try reader.endOfJob(kind, state, behind: rule.newest - 1, through: moment)
            // There are no more jobs than those that are kept.
            guard let end else { return }
            limit = min(limit ?? end, end)
        }
        if let bytes = rule.newestBytes {
            walk = Walk(kind: kind, state: state, limit: limit, bytes: bytes)
        } else {
            groups.append(RetentionGroup(kind: kind, state: state, before: limit))
        }
    }

    private mutating func go(on walk: Walk, from reader: any RetainingReader) throws {
        var walk = walk
        let page = try reader.endedSizes(
            walk.kind, walk.state, through: moment, behind: walk.last, limit: Self.turnSize)
        for job in page {
            walk.total = walk.total.addingReportingOverflow(job.bytes).partialValue
            walk.last = job
            guard walk.total > walk.bytes else { continue }
            // Those that ended at the same moment go together, so that it does not matter in which order they are found.
            let end = job.finishedAt + .microseconds(1)
            groups.append(
                RetentionGroup(kind: walk.kind, state: walk.state, before: min(walk.limit ?? end, end)))
            self.walk = nil
            return
        }
        self.walk = page.count < Self.turnSize ? nil : walk
    }
}
