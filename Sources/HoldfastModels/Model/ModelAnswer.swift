public import HoldfastCore

/// What a model answered, and what that cost.
///
/// It is `Codable`, so that a step can return it: the answer and its cost are recorded together then.
public struct ModelAnswer: Hashable, Sendable {
    /// Why an answer ended.
    public enum Finish: String, Hashable, Sendable, Codable, CaseIterable {
        /// The model was done.
        case stop
        /// The answer reached the number of tokens that it may have; it may end within a word.
        case length
        /// The service held back the rest.
        case contentFilter = "content_filter"
        /// Something else, or the service did not say.
        case other
    }

    /// The text.
    public var text: String
    /// Who answered, as the service calls it.
    public var model: String
    /// How many tokens were read and written; nil when the service did not say.
    public var usage: TokenUsage?
    /// Why the answer ended.
    public var finish: Finish
    /// What it cost, in the unit of the configured prices; nil when there are none, or no usage.
    public var cost: CostAmount?

    /// Puts an answer together.
    public init(
        text: String, model: String, usage: TokenUsage? = nil, finish: Finish = .stop, cost: CostAmount? = nil
    ) {
        self.text = text
        self.model = model
        self.usage = usage
        self.finish = finish
        self.cost = cost
    }
}

extension ModelAnswer: Codable {
    private enum CodingKeys: String, CodingKey {
        case text, model, usage, finish, cost
    }

    /// Reads an answer; the cost is the text of a decimal number.
    ///
    /// - Throws: `DecodingError` when a field is missing or of the wrong type.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        text = try fields.decode(String.self, forKey: .text)
        model = try fields.decode(String.self, forKey: .model)
        usage = try fields.decodeIfPresent(TokenUsage.self, forKey: .usage)
        finish = try fields.decode(Finish.self, forKey: .finish)
        cost = try fields.decodeIfPresent(String.self, forKey: .cost).map { text in
            guard let amount = CostAmount(decimal: text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .cost, in: fields, debugDescription: "a cost is a decimal number")
            }
            return amount
        }
    }

    /// Writes an answer; the cost is the text of a decimal number, so that it stays exact.
    ///
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(text, forKey: .text)
        try fields.encode(model, forKey: .model)
        try fields.encodeIfPresent(usage, forKey: .usage)
        try fields.encode(finish, forKey: .finish)
        try fields.encodeIfPresent(cost?.description, forKey: .cost)
    }
}
