import HoldfastCore
import HoldfastModels
import HoldfastTesting
import Testing

@Suite("Whole answers of a service", .timeLimit(.minutes(1)))
struct AnswerTests {
    @Test func `an answer brings its text, its tokens and its exact cost`() async throws {
        try await Service.run(.answer("Grüße.\n\"Hello\"")) { service, server in
            let answer = try await service.model.complete(
                ModelRequest("Say hello", system: "Be kind", seed: -7, maxTokens: 40, form: .json))
            #expect(answer.text == "Grüße.\n\"Hello\"")
            #expect(answer.model == "served-1")
            #expect(answer.usage == TokenUsage(prompt: 12, completion: 34))
            #expect(answer.finish == .stop)
            // 12 * 0.15 + 34 * 0.6 = 22.2 dollars for a million such calls.
            #expect(answer.cost == CostAmount(decimal: "0.000023"))
            let call = try #require(server.calls.first)
            #expect(call.line == "POST /v1/chat/completions HTTP/1.1")
            #expect(call.headers["authorization"] == "Bearer \(Service.secret)")
            #expect(call.headers["content-type"] == "application/json")
            #expect(
                call.body.text == #"{"model":"asked-1","messages":[{"role":"system","content":"Be kind"},"#
                    + #"{"role":"user","content":"Say hello"}],"seed":-7,"max_tokens":40,"#
                    + #""response_format":{"type":"json_object"}}"#)
        }
    }

    @Test func `what was not configured is not sent, and costs nothing that is known`() async throws {
        try await Service.run(
            .answer("Hi"),
            adjust: {
                $0.key = nil
                $0.prices = nil
                $0.tokenLimitField = .maxCompletionTokens
            }
        ) { service, server in
            let answer = try await service.model.complete(ModelRequest("Hello?", maxTokens: 3))
            #expect(answer.cost == nil)
            let call = try #require(server.calls.first)
            #expect(call.headers["authorization"] == nil)
            #expect(call.body.text.hasSuffix(#""max_completion_tokens":3}"#))
        }
    }

    @Test func `an answer without usage has no cost, and one that was cut says so`() async throws {
        let body = #"{"choices":[{"message":{"content":null},"finish_reason":"length"}]}"#
        try await Service.run(Reply(status: 200, body: body)) { service, _ in
            let answer = try await service.model.complete(ModelRequest("Hello?"))
            #expect(answer == ModelAnswer(text: "", model: "asked-1", finish: .length))
        }
    }

    @Test(arguments: [
        "not JSON", "[]", "{}", #"{"choices":[]}"#, #"{"choices":{}}"#, #"{"choices":[1]}"#,
        #"{"choices":[{"message":{"content":7}}]}"#,
        #"{"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":-1,"completion_tokens":1}}"#,
    ])
    func `an answer that makes no sense is an error at once`(body: String) async throws {
        try await Service.run(Reply(status: 200, body: body)) { service, server in
            let failure = try await service.failure()
            #expect(failure.reason == .malformed)
            #expect(failure.isWorthRetry)
            #expect(server.calls.count == 1)
        }
    }

    @Test func `an error under the status of success is an error`() async throws {
        let body = #"{"error":{"message":"the card of sk-live-51Hx0 is broken","code":502}}"#
        try await Service.run(Reply(status: 200, body: body)) { service, _ in
            let failure = try await service.failure()
            #expect(failure.reason == .brokenOff)
            #expect(
                failure.message
                    == "asked-1: an error came in place of the answer: the card of (hidden) is broken")
        }
    }

    @Test(arguments: [true, false])
    func `an answer with more bytes than are taken is an error`(saysLength: Bool) async throws {
        let text = String(repeating: "x", count: 4_000)
        let reply = saysLength ? Reply.answer(text) : .stream(text, then: .silence)
        try await Service.run(reply, adjust: { $0.bodyLimit = 1_000 }) { service, server in
            let failure = try await service.failure()
            #expect(failure.reason == .tooLarge)
            #expect(!failure.isWorthRetry)
            #expect(server.calls.count == 1)
        }
    }

    @Test func `a request that no service takes is not sent`() async throws {
        try await Service.run { service, server in
            for request in [ModelRequest(messages: []), ModelRequest("Hello?", maxTokens: 0)] {
                let error = await #expect(throws: ModelError.self) {
                    try await service.model.complete(request)
                }
                #expect(error?.reason == .badRequest)
            }
            #expect(server.calls.isEmpty)
        }
    }

    @Test func `closing twice is as closing once, and nothing can be asked then`() async throws {
        try await Service.run(.answer("Hi")) { service, server in
            await service.model.close()
            await service.model.close()
            let failure = try await service.failure()
            #expect(failure.reason == .closed)
            #expect(server.calls.isEmpty)
        }
    }

    @Test func `a client that nobody closed closes itself`() async throws {
        let endpoint = try #require(ModelEndpoint("http://127.0.0.1:1"))
        _ = OpenAIModel(OpenAIConfiguration(endpoint: endpoint, model: "asked-1"))
    }
}
