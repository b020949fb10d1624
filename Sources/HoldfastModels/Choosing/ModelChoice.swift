import HoldfastCore
public import HoldfastEngine

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The model that a program was told to use: the offline one of each part, or one service for all of them.
public struct ModelChoice: Sendable, CustomStringConvertible {
    /// The client of the service; nil when the program is offline.
    public let service: OpenAIModel?

    /// Chooses a service, or none to stay offline.
    public init(service: OpenAIModel?) { self.service = service }

    /// The service's model, or the offline one where no service was chosen.
    public func model(or offline: OfflineModel) -> any LanguageModel { service ?? offline }

    /// Closes the connections to the service, if any; safe to repeat.
    public func close() async { await service?.close() }

    /// One phrase for people, such as `offline model` or `gpt-4.1-mini at https://api.openai.com/v1`.
    public var description: String {
        service.map { "\($0.name) at \($0.configuration.endpoint)" } ?? "offline model"
    }
}

extension ModelChoice {
    /// The names of the environment variables.
    enum Variable: String, CaseIterable {
        case url = "HOLDFAST_MODEL_URL"
        case name = "HOLDFAST_MODEL_NAME"
        case key = "HOLDFAST_MODEL_KEY"
        case promptPrice = "HOLDFAST_MODEL_PROMPT_PRICE"
        case completionPrice = "HOLDFAST_MODEL_COMPLETION_PRICE"
        case tokenLimitField = "HOLDFAST_MODEL_TOKEN_LIMIT_FIELD"
    }

    /// Chooses by the environment variables that begin with `HOLDFAST_MODEL_`; none of them means offline.
    ///
    /// A variable that is empty counts as not given. `HOLDFAST_MODEL_URL` and `HOLDFAST_MODEL_NAME` belong together;
    /// `HOLDFAST_MODEL_KEY` is for services that want one. The two prices, in US dollars for a million tokens, belong together.
    ///
    /// - Parameters:
    ///   - variables: The environment; the process's own if nil.
    ///   - environment: Where the client's waits, moments and chance come from.
    /// - Returns: The choice; nothing was connected yet.
    /// - Throws: `ModelChoiceError` when something is missing or makes no sense.
    public static func fromEnvironment(
        _ variables: [String: String]? = nil, environment: EngineEnvironment = .system
    ) throws(ModelChoiceError) -> ModelChoice {
        let variables = variables ?? ProcessInfo.processInfo.environment
        func value(_ variable: Variable) -> String? {
            variables[variable.rawValue].flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let given = Variable.allCases.first(where: { value($0) != nil }) else {
            return ModelChoice(service: nil)
        }
        func required(_ variable: Variable, besides other: Variable) throws(ModelChoiceError) -> String {
            guard let text = value(variable) else {
                throw .missing(variable.rawValue, besides: other.rawValue)
            }
            return text
        }
        func read<Value>(
            _ variable: Variable, _ text: String, as expected: String, _ parse: (String) -> Value?
        ) throws(ModelChoiceError) -> Value {
            guard let value = parse(text) else { throw .unfit(variable.rawValue, expected: expected) }
            return value
        }
        let url = try required(.url, besides: given)
        let name = try required(.name, besides: given)
        var configuration = OpenAIConfiguration(
            endpoint: try read(
                .url, url, as: "an address such as https://api.openai.com/v1, without user or query",
                ModelEndpoint.init),
            model: name)
        if let key = value(.key) {
            configuration.key = try read(
                .key, key, as: "visible ASCII characters without spaces", ModelKey.init)
        }
        if value(.promptPrice) != nil || value(.completionPrice) != nil {
            let form = "US dollars for a million tokens, such as 0.15"
            let prompt = try required(.promptPrice, besides: .completionPrice)
            let completion = try required(.completionPrice, besides: .promptPrice)
            configuration.prices = ModelPrices(
                prompt: try read(.promptPrice, prompt, as: form) { CostAmount(decimal: $0) },
                completion: try read(.completionPrice, completion, as: form) { CostAmount(decimal: $0) })
        }
        if let field = value(.tokenLimitField) {
            configuration.tokenLimitField = try read(
                .tokenLimitField, field, as: "max_tokens or max_completion_tokens",
                OpenAIConfiguration.TokenLimitField.init(rawValue:))
        }
        return ModelChoice(service: OpenAIModel(configuration, environment: environment))
    }
}

/// Says which environment variable is missing or makes no sense; values are never shown, because one is a key.
public enum ModelChoiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A variable is missing that another one needs.
    case missing(String, besides: String)
    /// The value of a variable cannot be used.
    case unfit(String, expected: String)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .missing(let variable, let other):
            "\(other) is set and \(variable) is not: set both, or unset every HOLDFAST_MODEL_ variable to stay offline"
        case .unfit(let variable, let expected): "\(variable) should be \(expected)"
        }
    }
}
