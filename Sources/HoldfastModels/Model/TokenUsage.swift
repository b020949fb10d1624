public import HoldfastCore

/// How many tokens a call read and wrote.
public struct TokenUsage: Codable, Hashable, Sendable {
    /// The tokens of the request.
    public var prompt: Int
    /// The tokens of the answer.
    public var completion: Int

    /// Counts tokens, from 0.
    public init(prompt: Int, completion: Int) {
        self.prompt = prompt
        self.completion = completion
    }

    /// No tokens.
    public static let none = TokenUsage(prompt: 0, completion: 0)

    /// All tokens together.
    public var total: Int { prompt + completion }

    /// Adds up.
    public static func + (left: Self, right: Self) -> TokenUsage {
        TokenUsage(prompt: left.prompt + right.prompt, completion: left.completion + right.completion)
    }
}

/// What tokens cost, for a million of each kind, as price lists say it.
public struct ModelPrices: Hashable, Sendable {
    /// What a million tokens of requests cost.
    public var prompt: CostAmount
    /// What a million tokens of answers cost.
    public var completion: CostAmount

    /// Sets the prices of a million tokens.
    public init(prompt: CostAmount, completion: CostAmount) {
        self.prompt = prompt
        self.completion = completion
    }

    /// What so many tokens cost: exact to the millionth of the unit, and what is left of one is rounded up to it, so that
    /// a budget never takes a call for cheaper than it was.
    ///
    /// The cost of a sum of usages is rounded once. Counts below 0 count as 0, and the largest amount is the limit.
    public func cost(of usage: TokenUsage) -> CostAmount {
        // Millionths of the unit times tokens: beyond 64 bits for the largest prices.
        let parts =
            Int128(prompt.micros) * Int128(max(0, usage.prompt))
            + Int128(completion.micros) * Int128(max(0, usage.completion))
        let micros = (parts + 999_999) / 1_000_000
        return Int64(exactly: micros).flatMap(CostAmount.init(micros:)) ?? .maximum
    }
}
