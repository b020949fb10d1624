public import HoldfastCore

/// Where a model is that speaks OpenAI's chat completions, and how patient its client is.
public struct OpenAIConfiguration: Hashable, Sendable {
    /// The field by which a service takes the number of tokens that an answer may have.
    public enum TokenLimitField: String, Hashable, Sendable, CaseIterable {
        /// What most services understand.
        case maxTokens = "max_tokens"
        /// What OpenAI's own newer models insist on.
        case maxCompletionTokens = "max_completion_tokens"
    }

    /// The address before `/chat/completions`.
    public var endpoint: ModelEndpoint
    /// The key, sent as `Authorization: Bearer`; nil for a service that wants none.
    public var key: ModelKey?
    /// The name of the model, as the service calls it.
    public var model: String
    /// What tokens cost; nil for answers without a cost.
    public var prices: ModelPrices?
    /// The field for `ModelRequest.maxTokens`.
    public var tokenLimitField = TokenLimitField.maxTokens
    /// How long a connection may take to come about.
    public var connectTimeout = Duration.seconds(10)
    /// How long one call may take from the connection to its last byte; each retry has as long again.
    public var wholeTimeout = Duration.seconds(300)
    /// How long nothing may come of an answer that is streamed, before its first byte and between any two.
    public var idleTimeout = Duration.seconds(60)
    /// How often a call is made again after no connection, a 429 or a 5xx, and how long the wait before it can be.
    ///
    /// Each wait is drawn between nothing and the policy's, so that clients that failed together come back apart; the
    /// policy's own jitter is not used.
    public var retry = RetryPolicy.exponential(
        maxAttempts: 4, initial: .milliseconds(500), maximum: .seconds(20), jitter: 0)
    /// The longest wait that a service may ask for with `Retry-After` and get; when it asks for more, the error says so at
    /// once, for the job to come back later.
    public var longestRetryAfter = Duration.seconds(60)
    /// The most bytes that are taken of an answer, with all that the protocol puts around it.
    public var bodyLimit = 8 * 1024 * 1024

    /// Names a model.
    public init(endpoint: ModelEndpoint, key: ModelKey? = nil, model: String, prices: ModelPrices? = nil) {
        self.endpoint = endpoint
        self.key = key
        self.model = model
        self.prices = prices
    }
}

/// The key of a service, which no text of it ever shows.
public struct ModelKey: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    let secret: String

    /// Wraps a key; nil for one that is empty or has characters other than visible ASCII, which no header can carry.
    public init?(_ secret: String) {
        guard !secret.isEmpty, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.secret = secret
    }

    /// A word in place of the key.
    public var description: String { "(hidden)" }

    /// A word in place of the key.
    public var debugDescription: String { description }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Takes the key out of a text that somebody else wrote.
    func hidden(in text: String) -> String {
        text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "(hidden)")
    }
}
