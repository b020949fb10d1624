import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastTesting
import Synchronization
import Testing

struct Summary: Job {
    static let kind: JobKind = "summary"
    typealias Output = String
    var text: String
}

struct SummaryHandler: JobHandler {
    let model: any LanguageModel

    func run(_ job: Summary, _ context: JobContext) async throws -> String {
        let answer = try await context.step("summarise") {
            let request = ModelRequest(
                job.text, system: "Summarise in one sentence.", seed: 7, maxTokens: 200)
            let answer = try await model.complete(request)
            if let cost = answer.cost { try await context.charge(cost, "usd", note: answer.model) }
            return answer
        }
        return answer.text
    }
}

let summaryScript: OfflineModel.Script = { request, random in
    let topic = request.prompt.split(separator: " ").first.map(String.init) ?? "nothing"
    // Once in eight it errs, so that what checks the answers has something to do.
    if random.happens(1, in: 8) { return "I cannot say." }
    return "It is about \(topic), in \(random.number(in: 2...5)) parts."
}

@Suite("The page about models", .timeLimit(.minutes(1)))
struct PageTests {
    @Test func `a job asks once, and what it cost is charged`() async throws {
        let model = OfflineModel(
            "summaries", prices: ModelPrices(prompt: 1, completion: 2), script: summaryScript)
        try await JobBench.run(SummaryHandler(model: model)) { bench in
            let summary = try await bench.enqueue(Summary(text: "Bees dance for each other."))
            try await bench.runUntilIdle()
            let text = try await summary.result()
            #expect(text.hasPrefix("[offline model] It is about Bees, in "))
            // 14 tokens of the request, and those of the text for two each.
            let micros = Int64(14 + 2 * OfflineModel.tokens(in: text))
            #expect(
                try await summary.state().costs.spent == ["usd": try #require(CostAmount(micros: micros))])
            try await bench.expectHistory(
                of: summary.id,
                [.enqueued, .started, .any(.budgetCharged), .step("summarise"), .completed])
        }
    }

    @Test func `an error that no other call would mend ends the job, and a wait that was asked for is kept`()
        async throws
    {
        let calls = Mutex(0)
        let model = OfflineModel("errors") { request, _ in
            if request.prompt == "wrong" { throw ModelError(.refused(status: 401), "the key is wrong") }
            let count = calls.withLock { calls in
                calls += 1
                return calls
            }
            guard count > 1 else {
                throw ModelError(.refused(status: 429), "too much", retryAfter: .seconds(90))
            }
            return "done"
        }
        try await JobBench.run(SummaryHandler(model: model)) { bench in
            let wrong = try await bench.enqueue(Summary(text: "wrong"))
            let busy = try await bench.enqueue(Summary(text: "busy"))
            try await bench.runUntilIdle()
            #expect(try await wrong.state().phase.name == .failed)
            try await bench.advance(by: .seconds(89))
            #expect(calls.withLock { $0 } == 1)
            try await bench.advance(by: .seconds(1))
            #expect(try await busy.result() == "[offline model] done")
        }
    }
}
