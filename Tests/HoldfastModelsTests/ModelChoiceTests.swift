import HoldfastCore
import HoldfastModels
import Testing

@Suite("Choosing a model by the environment")
struct ModelChoiceTests {
    private static let named = [
        "HOLDFAST_MODEL_URL": "https://example.com/v1/", "HOLDFAST_MODEL_NAME": "m-1",
    ]

    @Test(arguments: [[:], ["HOLDFAST_MODEL_URL": ""], ["OPENAI_API_KEY": "sk-1"]])
    func `nothing means offline`(variables: [String: String]) async throws {
        let choice = try ModelChoice.fromEnvironment(variables)
        #expect(choice.service == nil)
        #expect("\(choice)" == "offline model")
        let offline = OfflineModel("test") { _, _ in "a" }
        #expect(choice.model(or: offline).name == "offline model (test)")
        await choice.close()
    }

    @Test func `an address and a name choose a service`() async throws {
        let choice = try ModelChoice.fromEnvironment(ModelChoiceTests.named)
        let service = try #require(choice.service)
        #expect(service.configuration.key == nil)
        #expect(service.configuration.prices == nil)
        #expect(service.configuration.tokenLimitField == .maxTokens)
        #expect("\(choice)" == "m-1 at https://example.com/v1")
        #expect(choice.model(or: OfflineModel("test") { _, _ in "a" }).name == "m-1")
        await choice.close()
        await choice.close()
    }

    @Test func `a key, prices and a field are taken too`() async throws {
        let more = [
            "HOLDFAST_MODEL_KEY": "sk-1", "HOLDFAST_MODEL_PROMPT_PRICE": "0.15",
            "HOLDFAST_MODEL_COMPLETION_PRICE": "0.6",
            "HOLDFAST_MODEL_TOKEN_LIMIT_FIELD": "max_completion_tokens",
        ]
        let choice = try ModelChoice.fromEnvironment(ModelChoiceTests.named.merging(more) { $1 })
        let configuration = try #require(choice.service?.configuration)
        #expect(configuration.key == ModelKey("sk-1"))
        #expect(configuration.prices == ModelPrices(prompt: 0.15, completion: 0.6))
        #expect(configuration.tokenLimitField == .maxCompletionTokens)
        await choice.close()
    }

    @Test(arguments: [
        (["HOLDFAST_MODEL_URL": "https://example.com"], "HOLDFAST_MODEL_NAME", "HOLDFAST_MODEL_URL"),
        (["HOLDFAST_MODEL_NAME": "m"], "HOLDFAST_MODEL_URL", "HOLDFAST_MODEL_NAME"),
        (["HOLDFAST_MODEL_KEY": "sk-1"], "HOLDFAST_MODEL_URL", "HOLDFAST_MODEL_KEY"),
        (
            named.merging(["HOLDFAST_MODEL_PROMPT_PRICE": "1"]) { $1 }, "HOLDFAST_MODEL_COMPLETION_PRICE",
            "HOLDFAST_MODEL_PROMPT_PRICE"
        ),
        (
            named.merging(["HOLDFAST_MODEL_COMPLETION_PRICE": "1"]) { $1 }, "HOLDFAST_MODEL_PROMPT_PRICE",
            "HOLDFAST_MODEL_COMPLETION_PRICE"
        ),
    ])
    func `half of what belongs together is an error`(
        variables: [String: String], missing: String, besides: String
    ) {
        let error = #expect(throws: ModelChoiceError.self) { try ModelChoice.fromEnvironment(variables) }
        #expect(error == .missing(missing, besides: besides))
        #expect(error?.description.hasPrefix("\(besides) is set and \(missing) is not: ") == true)
    }

    @Test(arguments: [
        ("HOLDFAST_MODEL_URL", "example.com"), ("HOLDFAST_MODEL_KEY", "s k"),
        ("HOLDFAST_MODEL_PROMPT_PRICE", "cheap"), ("HOLDFAST_MODEL_COMPLETION_PRICE", "-1"),
        ("HOLDFAST_MODEL_TOKEN_LIMIT_FIELD", "words"),
    ])
    func `a value that makes no sense is an error that does not show it`(variable: String, value: String) {
        var variables = ModelChoiceTests.named
        variables["HOLDFAST_MODEL_PROMPT_PRICE"] = "1"
        variables["HOLDFAST_MODEL_COMPLETION_PRICE"] = "1"
        variables[variable] = value
        let error = #expect(throws: ModelChoiceError.self) { try ModelChoice.fromEnvironment(variables) }
        #expect(error?.description.hasPrefix("\(variable) should be ") == true)
        #expect(error?.description.contains(value) == false)
    }
}
