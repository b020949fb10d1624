public import HoldfastCore

/// Between which positions a job's events stand; those of others may stand between them.
public struct EventSpan: Hashable, Sendable {
    /// The first one's.
    public var first: EventLogPosition
    /// The last one's.
    public var last: EventLogPosition

    /// Puts both together.
    public init(first: EventLogPosition, last: EventLogPosition) {
        self.first = first
        self.last = last
    }
}
