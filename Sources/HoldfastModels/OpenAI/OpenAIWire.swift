import HoldfastCore
import NIOCore

/// What is sent and received: the JSON of OpenAI's chat completions.
///
/// The fields are those of https://platform.openai.com/docs/api-reference/chat, as far as other services have them too.
enum OpenAIWire {
    /// One piece of an answer that is streamed.
    struct Chunk {
        var text = ""
        var model: String?
        var usage: TokenUsage?
        var finish: ModelAnswer.Finish?
    }

    /// The body of a request.
    static func body(
        of request: ModelRequest, streams: Bool, _ configuration: OpenAIConfiguration
    ) -> JSONText {
        JSONWriter.object(capacity: 1024) { json in
            json.field("model", configuration.model)
            json.key("messages")
            json.array { json in
                for message in request.messages {
                    json.object { json in
                        json.field("role", message.role.rawValue)
                        json.field("content", message.text)
                    }
                }
            }
            if let seed = request.seed { json.field("seed", seed) }
            if let maxTokens = request.maxTokens {
                json.key(text: configuration.tokenLimitField.rawValue)
                json.number(Int64(maxTokens))
            }
            if request.form == .json {
                json.key("response_format")
                json.object { $0.field("type", "json_object") }
            }
            guard streams else { return }
            json.field("stream", true)
            json.key("stream_options")
            json.object { $0.field("include_usage", true) }
        }
    }

    /// Reads a whole answer.
    ///
    /// - Throws: `ModelError` with `.malformed` when it is none, and `.brokenOff` when it is an error under the status of success.
    static func answer(
        _ body: ByteBuffer, configuration: OpenAIConfiguration
    ) throws(ModelError) -> ModelAnswer {
        let fields = try object(String(buffer: body))
        let choice = try firstChoice(of: fields)
        do throws(JSONFieldError) {
            guard let choice, let message = try choice.object("message") else {
                throw JSONFieldError(field: "choices", expected: "given")
            }
            let usage = try usage(of: fields)
            return ModelAnswer(
                text: try message.string("content") ?? "",
                model: try fields.string("model") ?? configuration.model,
                usage: usage, finish: try finish(of: choice) ?? .other,
                cost: usage.flatMap { configuration.prices?.cost(of: $0) })
        } catch {
            throw malformed(error)
        }
    }

    /// Reads a piece of an answer that is streamed.
    ///
    /// - Throws: `ModelError` with `.malformed` when it is none, and `.brokenOff` when it is an error.
    static func chunk(_ event: String) throws(ModelError) -> Chunk {
        let fields = try object(event)
        let choice = try firstChoice(of: fields)
        do throws(JSONFieldError) {
            return Chunk(
                text: try choice?.object("delta")?.string("content") ?? "",
                model: try fields.string("model"), usage: try usage(of: fields),
                finish: try choice.flatMap(finish))
        } catch {
            throw malformed(error)
        }
    }

    /// What a service says about an error, in whichever of the usual forms; nil when it says nothing.
    static func failure(_ body: String) -> String? {
        guard let json = try? JSONText(validating: body), let fields = try? JSONFields(json) else {
            let text = body.prefix(300)
            // A page for people says nothing in a sentence.
            return text.allSatisfy(\.isWhitespace) || text.contains("<") ? nil : String(text)
        }
        for key in ["error", "message", "detail"] {
            guard let value = fields.raw(key) else { continue }
            if let text = JSONValues.string(value) { return text }
            if let inner = try? JSONFields(value), let text = inner.raw("message").flatMap(JSONValues.string)
            {
                return text
            }
        }
        return nil
    }

    private static func object(_ text: String) throws(ModelError) -> JSONFields {
        let fields: JSONFields
        do {
            fields = try JSONFields(try JSONText(validating: text))
        } catch {
            throw ModelError(.malformed, "the answer is \(error)")
        }
        if fields.raw("error") != nil {
            throw ModelError(
                .brokenOff, "an error came in place of the answer: \(failure(text) ?? "unknown")")
        }
        return fields
    }

    /// The first choice; nil in a piece that has none, such as the one with the usage.
    private static func firstChoice(of fields: JSONFields) throws(ModelError) -> JSONFields? {
        guard let choices = fields.raw("choices") else { return nil }
        guard let elements = JSONValues.elements(choices) else {
            throw malformed(JSONFieldError(field: "choices", expected: "a list"))
        }
        guard let first = elements.first else { return nil }
        do {
            return try JSONFields(first)
        } catch {
            throw malformed(JSONFieldError(field: "choices", expected: "a list of objects"))
        }
    }

    private static func usage(of fields: JSONFields) throws(JSONFieldError) -> TokenUsage? {
        guard let usage = try fields.object("usage"), let prompt = try usage.integer("prompt_tokens") else {
            return nil
        }
        // What answers nothing, such as an embedding, has no tokens of an answer.
        let completion = try usage.integer("completion_tokens") ?? 0
        let lawful: ClosedRange<Int64> = 0...1_000_000_000_000
        guard lawful.contains(prompt), lawful.contains(completion) else {
            throw JSONFieldError(field: "usage", expected: "numbers of tokens")
        }
        return TokenUsage(prompt: Int(prompt), completion: Int(completion))
    }

    private static func finish(of choice: JSONFields) throws(JSONFieldError) -> ModelAnswer.Finish? {
        try choice.string("finish_reason").map { ModelAnswer.Finish(rawValue: $0) ?? .other }
    }

    private static func malformed(_ error: JSONFieldError) -> ModelError {
        ModelError(.malformed, "the answer makes no sense: \(error)")
    }
}
