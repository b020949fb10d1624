/// How far a job has come, as its handler last said.
///
/// The newest one replaces all of the one before.
public struct Progress: Hashable, Sendable {
    /// How much is done.
    public enum Amount: Hashable, Sendable {
        /// A part of the whole, from 0 to 1.
        case fraction(Double)
        /// A number of things, and of how many, where that is known.
        case count(done: Int64, total: Int64?)
    }

    /// How much is done; nil when only the phase or the message is known.
    public var amount: Amount?
    /// What the job is doing, in a word that programs compare.
    public var phase: String?
    /// What the job is doing, in words for people.
    public var message: String?
    /// Further numbers of the application's own, by name.
    public var counters: [String: Int64]

    /// Describes how far a job has come.
    ///
    /// A fraction is held between 0 and 1.
    public init(
        _ amount: Amount? = nil, phase: String? = nil, message: String? = nil, counters: [String: Int64] = [:]
    ) {
        if case .fraction(let part) = amount {
            self.amount = .fraction(part.isNaN ? 0 : min(1, max(0, part)))
        } else {
            self.amount = amount
        }
        self.phase = phase
        self.message = message
        self.counters = counters
    }

    /// The part of the whole, from 0 to 1; nil where the whole is unknown.
    public var fraction: Double? {
        switch amount {
        case .fraction(let part): part
        case .count(let done, let total?): total <= 0 ? nil : min(1, max(0, Double(done) / Double(total)))
        case .count(_, nil), nil: nil
        }
    }
}
