/// What a model is asked.
public struct ModelRequest: Hashable, Sendable {
    /// How an answer is to be written.
    public enum Form: String, Hashable, Sendable, CaseIterable {
        /// As any text.
        case text
        /// As one JSON object. Models are held to it by their service where that can do so; check the answer with
        /// `ModelAnswer.decoded(as:)` in any case. It helps to ask for JSON in the messages too: some services insist.
        case json
    }

    /// The conversation so far, in its order.
    public var messages: [ModelMessage]
    /// Asks for the same answer to the same request; nil leaves it to chance where the model knows chance.
    ///
    /// The offline model keeps to it exactly, others as well as they can.
    public var seed: Int64?
    /// How many tokens the answer may have, from 1; nil for what the model allows.
    public var maxTokens: Int?
    /// How the answer is to be written.
    public var form: Form

    /// Asks with a conversation.
    public init(messages: [ModelMessage], seed: Int64? = nil, maxTokens: Int? = nil, form: Form = .text) {
        self.messages = messages
        self.seed = seed
        self.maxTokens = maxTokens
        self.form = form
    }

    /// Asks one question.
    ///
    /// - Parameters:
    ///   - prompt: The question.
    ///   - system: What the model is to keep to, before the question.
    ///   - seed: Asks for the same answer to the same request.
    ///   - maxTokens: How many tokens the answer may have.
    ///   - form: How the answer is to be written.
    public init(
        _ prompt: String, system: String? = nil, seed: Int64? = nil, maxTokens: Int? = nil, form: Form = .text
    ) {
        let instructions = system.map { [ModelMessage(.system, $0)] } ?? []
        self.init(
            messages: instructions + [ModelMessage(.user, prompt)], seed: seed, maxTokens: maxTokens,
            form: form)
    }

    /// The last thing that the user said; empty when the user said nothing.
    public var prompt: String { messages.last { $0.role == .user }?.text ?? "" }
}

/// One contribution to a conversation.
public struct ModelMessage: Hashable, Sendable {
    /// Who speaks.
    public enum Role: String, Hashable, Sendable, CaseIterable {
        /// The program, about how to answer.
        case system
        /// Whoever asks.
        case user
        /// The model, in an earlier answer.
        case assistant
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var text: String

    /// Lets somebody say something.
    public init(_ role: Role, _ text: String) {
        self.role = role
        self.text = text
    }
}
