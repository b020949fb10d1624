import HoldfastCore
import HoldfastModels
import Synchronization
import Testing

@Suite("The offline model")
struct OfflineTests {
    private static let dishes = OfflineModel("dishes", prices: ModelPrices(prompt: 1, completion: 2)) {
        _, random in
        let base = random.one(of: ["rice", "beans", "noodles", "bread"])
        let sides = random.some(2, of: ["kale", "peas", "corn", "leek"]).joined(separator: " and ")
        return "\(base) with \(sides), \(random.number(in: 300...900)) kcal"
    }

    @Test func `the same request gives the same answer, today and in every process`() async throws {
        let request = ModelRequest("A dish, please", system: "You cook", seed: 42)
        let answer = try await OfflineTests.dishes.complete(request)
        #expect(answer.text == "[offline model] rice with corn and kale, 300 kcal")
        #expect(answer.model == "offline model (dishes)")
        #expect(answer.finish == .stop)
        #expect(try await OfflineTests.dishes.complete(request) == answer)
    }

    @Test func `another seed, prompt, role or form draws otherwise`() {
        let requests = [
            ModelRequest("a", seed: 1), ModelRequest("a", seed: 2), ModelRequest("a"),
            ModelRequest("b", seed: 1),
            ModelRequest("a", seed: 1, form: .json), ModelRequest("", system: "a", seed: 1),
            ModelRequest(messages: [ModelMessage(.assistant, "a")], seed: 1),
            ModelRequest(messages: [ModelMessage(.user, "a"), ModelMessage(.user, "")], seed: 1),
        ]
        let drawn = requests.map { request in
            var random = OfflineRandom(request)
            return random.bits()
        }
        #expect(Set(drawn).count == requests.count)
    }

    @Test func `the source of chance draws what it always drew`() {
        var random = OfflineRandom(ModelRequest("a", seed: 1))
        #expect([random.bits(), random.bits()] == [13_268_281_657_573_202_369, 12_397_773_759_487_573_705])
    }

    @Test func `what is drawn keeps to its bounds and reaches both`() {
        var random = OfflineRandom(ModelRequest("bounds"))
        let numbers = (1...500).map { _ in random.number(in: -3...3) }
        #expect(Set(numbers) == Set(-3...3))
        #expect(random.number(in: 5...5) == 5)
        _ = random.number(in: .min ... .max)
        #expect(Set(random.some(9, of: ["a", "b", "c"])) == ["a", "b", "c"])
        let hits = (1...800).count { _ in random.happens(1, in: 8) }
        #expect((60...140).contains(hits))
    }

    @Test func `tokens are counted by a rule, and cost what was said`() async throws {
        #expect(["", "a", "abcd", "abcde", "üüü"].map(OfflineModel.tokens) == [0, 1, 1, 2, 2])
        let model = OfflineModel("rule", prices: ModelPrices(prompt: 1, completion: 2)) { _, _ in "12345678" }
        let answer = try await model.complete(ModelRequest("12345", system: "1234", form: .json))
        #expect(answer.usage == TokenUsage(prompt: 3, completion: 2))
        #expect(answer.cost == CostAmount(decimal: "0.000007"))
    }

    @Test func `texts say that they are offline, JSON and files do not have to`() async throws {
        let model = OfflineModel("marks") { _, _ in "{}" }
        #expect(try await model.complete(ModelRequest("a")).text == "[offline model] {}")
        #expect(try await model.complete(ModelRequest("a", form: .json)).text == "{}")
        let files = OfflineModel("files", marksTexts: false) { _, _ in "let a = 1\n" }
        #expect(try await files.complete(ModelRequest("a")).text == "let a = 1\n")
    }

    @Test func `an answer that may not be longer is the beginning of the whole one`() async throws {
        var request = ModelRequest("A dish, please", seed: 3)
        let whole = try await OfflineTests.dishes.complete(request)
        request.maxTokens = 6
        let short = try await OfflineTests.dishes.complete(request)
        #expect(short.finish == .length)
        #expect(short.usage?.completion == 6)
        #expect(whole.text.hasPrefix(short.text))
        let wide = OfflineModel("wide", marksTexts: false) { _, _ in "🌍🌍ü🌍" }
        #expect(try await wide.complete(ModelRequest("a", maxTokens: 3)).text == "🌍🌍ü")
    }

    @Test func `a stream gives the words, at a pace, and then the same answer`() async throws {
        let paces = Mutex(0)
        var model = OfflineModel("words", marksTexts: false) { _, _ in " two  words\nand more " }
        model.pace = { paces.withLock { $0 += 1 } }
        let request = ModelRequest("a")
        var pieces: [ModelPiece] = []
        for try await piece in model.stream(request) { pieces.append(piece) }
        let answer = try await model.complete(request)
        #expect(
            pieces == [" ", "two  ", "words\n", "and ", "more "].map(ModelPiece.text) + [.end(answer)])
        #expect(paces.withLock { $0 } == 5)
        // Each iteration is a call of its own.
        #expect(try await model.stream(request).answer() == answer)
    }

    @Test func `an error of the script is the error of the call`() async throws {
        struct Mishap: Error {}
        let model = OfflineModel("broken") { _, _ in throw Mishap() }
        await #expect(throws: Mishap.self) { try await model.complete(ModelRequest("a")) }
        await #expect(throws: Mishap.self) { try await model.stream(ModelRequest("a")).answer() }
    }
}
