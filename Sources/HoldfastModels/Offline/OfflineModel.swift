/// Answers from a script on this machine: at once, the same for the same request, and without a network.
///
/// It understands nothing. Each program brings a script, which gets the request and a seeded source of chance and writes what a
/// model could have answered. The model says that it is offline: in its name, which is recorded with every answer, and at the
/// beginning of each text.
///
/// A token is four bytes of UTF-8, or what is left of four at the end of a text; a request has the tokens of its messages.
public struct OfflineModel: LanguageModel {
    /// Writes the answer to a request.
    ///
    /// Whatever is drawn has to come from the source of chance, so that the same request gives the same answer.
    public typealias Script =
        @Sendable (_ request: ModelRequest, _ random: inout OfflineRandom) throws -> String

    /// What each text begins with; answers in JSON and those of a model that does not mark its texts do without.
    public static let mark = "[offline model] "

    /// The name, such as `offline model (recipes)`.
    public let name: String
    /// What tokens are said to cost, so that budgets can be tried out; nil for answers without a cost.
    public var prices: ModelPrices?
    /// Whether texts begin with the mark.
    ///
    /// Say no where the text is a file, and tell in it that no model wrote it.
    public var marksTexts: Bool
    /// Waits before each word of a streamed answer, so that people see it come; nil for no wait.
    public var pace: (@Sendable () async throws -> Void)?

    private let script: Script

    /// Makes a model that answers from a script.
    ///
    /// - Parameters:
    ///   - topic: What the script writes about, such as `recipes`; it becomes part of the name.
    ///   - prices: What tokens are said to cost.
    ///   - marksTexts: Whether texts begin with the mark.
    ///   - pace: Waits before each word of a streamed answer.
    ///   - script: Writes the answers.
    public init(
        _ topic: String, prices: ModelPrices? = nil, marksTexts: Bool = true,
        pace: (@Sendable () async throws -> Void)? = nil, script: @escaping Script
    ) {
        name = "offline model (\(topic))"
        self.prices = prices
        self.marksTexts = marksTexts
        self.pace = pace
        self.script = script
    }

    /// Writes the answer; what the script throws goes up to the caller.
    ///
    /// - Throws: What the script throws; `CancellationError` when the task is cancelled.
    public func complete(_ request: ModelRequest) async throws -> ModelAnswer {
        try Task.checkCancellation()
        return try answer(to: request)
    }

    /// Gives the answer word by word, each with the white space behind it.
    public func stream(_ request: ModelRequest) -> ModelStream {
        ModelStream {
            var pieces: [ModelPiece]?
            return {
                try Task.checkCancellation()
                if pieces == nil {
                    let answer = try answer(to: request)
                    let words = OfflineModel.words(of: answer.text).map(ModelPiece.text)
                    pieces = (words + [.end(answer)]).reversed()
                }
                guard let piece = pieces?.popLast() else { return nil }
                if case .text = piece { try await pace?() }
                return piece
            }
        }
    }

    /// Counts the tokens of a text: one for each four bytes of UTF-8, and one for what is left.
    public static func tokens(in text: String) -> Int { (text.utf8.count + 3) / 4 }

    private func answer(to request: ModelRequest) throws -> ModelAnswer {
        var random = OfflineRandom(request)
        let written = try script(request, &random)
        let whole = marksTexts && request.form == .text ? OfflineModel.mark + written : written
        let text = request.maxTokens.map { OfflineModel.beginning(of: whole, tokens: $0) } ?? whole
        let usage = TokenUsage(
            prompt: request.messages.map { OfflineModel.tokens(in: $0.text) }.reduce(0, +),
            completion: OfflineModel.tokens(in: text))
        return ModelAnswer(
            text: text, model: name, usage: usage,
            finish: text.utf8.count < whole.utf8.count ? .length : .stop,
            cost: prices?.cost(of: usage))
    }

    /// As many whole characters as fit into so many tokens.
    private static func beginning(of text: String, tokens: Int) -> String {
        let (room, overflow) = max(0, tokens).multipliedReportingOverflow(by: 4)
        guard !overflow, text.utf8.count > room else { return text }
        var used = 0
        return String(
            text.prefix { character in
                used += character.utf8.count
                return used <= room
            })
    }

    /// The words, each with the white space behind it; together they are the text.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var wasSpace = true
        for character in text {
            if wasSpace && !character.isWhitespace || words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
            wasSpace = character.isWhitespace
        }
        return words
    }
}
