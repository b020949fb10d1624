import Foundation
import HoldfastCore
import HoldfastModels
import Testing

@Suite("What models are asked and answer")
struct ModelValueTests {
    @Test(arguments: [
        ("0.15", "0.6", 12, 34, "0.000023"), ("0.15", "0.6", 1_000_000, 0, "0.15"),
        ("3", "15", 1, 1, "0.000018"),
        ("0.000001", "0", 1, 0, "0.000001"), ("0", "0", 9, 9, "0"), ("3", "15", -5, 0, "0"),
        ("1000000000000", "0", 2_000_000, 0, "1000000000000"),
    ])
    func `a cost is exact, rounded up to a millionth, and held to the largest amount`(
        prompt: String, completion: String, promptTokens: Int, completionTokens: Int, cost: String
    ) throws {
        let prices = ModelPrices(
            prompt: try #require(CostAmount(decimal: prompt)),
            completion: try #require(CostAmount(decimal: completion)))
        let usage = TokenUsage(prompt: promptTokens, completion: completionTokens)
        #expect(prices.cost(of: usage).description == cost)
    }

    @Test func `usages add up`() {
        let sum = TokenUsage(prompt: 1, completion: 2) + TokenUsage(prompt: 30, completion: 40)
        #expect(sum == TokenUsage(prompt: 31, completion: 42))
        #expect(sum.total == 73)
    }

    @Test(arguments: [
        ModelAnswer(
            text: "a\n\"b\"", model: "m", usage: TokenUsage(prompt: 1, completion: 2), finish: .contentFilter,
            cost: 0.000001),
        ModelAnswer(text: "", model: "m"),
    ])
    func `an answer comes back from a step as it was`(answer: ModelAnswer) throws {
        let recorded = try JSONEncoder().encode(answer)
        #expect(try JSONDecoder().decode(ModelAnswer.self, from: recorded) == answer)
    }

    @Test func `a recorded answer has these fields`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let answer = ModelAnswer(
            text: "a", model: "m", usage: TokenUsage(prompt: 1, completion: 2), finish: .length, cost: 0.25)
        #expect(
            String(decoding: try encoder.encode(answer), as: UTF8.self)
                == #"{"cost":"0.25","finish":"length","model":"m","text":"a","usage":{"completion":2,"prompt":1}}"#
        )
    }

    @Test(arguments: ["[1,2]", " [1, 2]\n", "```json\n[1,2]\n```", "\n```\n[1,\n2]\n```\n"])
    func `JSON is read, also out of a fence`(text: String) throws {
        #expect(try ModelAnswer(text: text, model: "m").decoded(as: [Int].self) == [1, 2])
    }

    @Test func `a file is taken out of a fence, and a fence within it stays`() {
        #expect(ModelAnswer(text: "```swift\nlet a = 1\n```\n", model: "m").unfenced == "let a = 1")
        for text in ["let a = 1\n", "# Use\n```sh\nls\n```\n"] {
            #expect(ModelAnswer(text: text, model: "m").unfenced == text)
        }
    }

    @Test(arguments: ["Sure! [1,2]", "", "```json\n[1,2]", "{\"a\":1}"])
    func `what is no JSON of the type is an error worth another call`(text: String) {
        let error = #expect(throws: ModelError.self) {
            try ModelAnswer(text: text, model: "m").decoded(as: [Int].self)
        }
        #expect(error?.reason == .malformed)
        #expect(error?.isWorthRetry == true)
    }

    @Test func `a key shows itself in no text`() throws {
        let secret = "sk-live-51Hx0"
        let endpoint = try #require(ModelEndpoint("https://example.com"))
        let configuration = OpenAIConfiguration(endpoint: endpoint, key: ModelKey(secret), model: "m")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains(secret))
            #expect(text.contains("hidden"))
        }
    }

    @Test(arguments: ["", "a b", "a\r\nx-admin: 1", "ключ"])
    func `a key that no header can carry is none`(secret: String) { #expect(ModelKey(secret) == nil) }

    @Test(arguments: [
        ("https://api.openai.com/v1", "https://api.openai.com/v1"),
        ("http://[::1]:8080//", "http://[::1]:8080"),
        ("HTTPS://example.com/", "HTTPS://example.com"),
    ])
    func `an address is taken without the slash at its end`(text: String, endpoint: String) {
        #expect(ModelEndpoint(text)?.description == endpoint)
    }

    @Test(arguments: [
        "", "example.com/v1", "ftp://example.com", "https://", "https://a:b@example.com",
        "https://example.com?x=1",
        "https://example.com/#a", "unix:///run/model",
    ])
    func `an address that is none is refused`(text: String) { #expect(ModelEndpoint(text) == nil) }
}
