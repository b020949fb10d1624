/// Rules by which an engine prunes of its own accord.
public struct RetentionPolicy: Hashable, Sendable {
    /// Which jobs go: those that fit one of them.
    public var rules: [RetentionRule]
    /// How long after the end of one look the next one begins; it looks when the engine starts as well.
    public var interval: Duration

    /// Puts both together.
    ///
    /// - Parameters:
    ///   - rules: Which jobs go.
    ///   - interval: How often to look, at least one second.
    public init(_ rules: [RetentionRule], every interval: Duration = .seconds(3_600)) {
        self.rules = rules
        self.interval = max(interval, .seconds(1))
    }
}

/// Records by which rules an engine prunes of its own accord, or that none does any more.
public struct EngineConfigured: Hashable, Sendable {
    /// The engine instance.
    public var engine: EngineID
    /// The rules; nil when it has none, and the one that had the rules before is gone.
    public var retention: RetentionPolicy?

    /// Puts the event's values together.
    public init(engine: EngineID, retention: RetentionPolicy?) {
        self.engine = engine
        self.retention = retention
    }
}
