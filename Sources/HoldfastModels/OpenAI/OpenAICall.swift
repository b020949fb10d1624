import AsyncHTTPClient
import HoldfastCore
import HoldfastEngine
import NIOCore
import NIOHTTP1

/// One request to a model, which may be sent several times.
struct OpenAICall: Sendable {
    let model: OpenAIModel
    private let request: HTTPClientRequest
    private let streams: Bool

    /// Writes the request.
    ///
    /// - Throws: `ModelError` with the reason `.badRequest` for a request that no service takes.
    init(_ request: ModelRequest, streams: Bool, model: OpenAIModel) throws(ModelError) {
        guard !request.messages.isEmpty else { throw ModelError(.badRequest, "a request needs a message") }
        guard request.maxTokens ?? 1 > 0 else {
            throw ModelError(.badRequest, "an answer has one token at least")
        }
        let configuration = model.configuration
        var sent = HTTPClientRequest(url: configuration.endpoint.chatCompletions)
        sent.method = .POST
        sent.headers.add(name: "content-type", value: "application/json")
        sent.headers.add(name: "accept", value: streams ? "text/event-stream" : "application/json")
        if let key = configuration.key {
            sent.headers.add(name: "authorization", value: "Bearer \(key.secret)")
        }
        sent.body = .bytes(
            ByteBuffer(string: OpenAIWire.body(of: request, streams: streams, configuration).text))
        self.request = sent
        self.streams = streams
        self.model = model
    }

    /// Sends the request and takes the whole answer.
    func answer() async throws -> ModelAnswer {
        try await model.limited(to: model.configuration.wholeTimeout, else: timeout(.wholeTimeout)) {
            let response = try await send()
            let body = try await collect(response)
            return try understanding { () throws(ModelError) in
                try OpenAIWire.answer(body, configuration: model.configuration)
            }
        }
    }

    /// Sends the request and gives the answer's pieces as they come.
    func open() async throws -> OpenAIPieces {
        let deadline = model.environment.now() + model.configuration.wholeTimeout
        let response = try await untilNextByte(deadline) { try await send() }
        return OpenAIPieces(call: self, bytes: ResponseBytes(response), deadline: deadline)
    }

    /// Does something that gives bytes of an answer, within the time that nothing may come and that the whole may take.
    func untilNextByte<Result: Sendable>(
        _ deadline: Timestamp, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let rest = deadline - model.environment.now()
        let idle = model.configuration.idleTimeout
        return try await model.limited(
            to: max(.zero, min(idle, rest)), else: timeout(rest < idle ? .wholeTimeout : .idleTimeout), work)
    }

    /// Sends the request and waits for the head of an answer that is no error.
    private func send() async throws -> HTTPClientResponse {
        let response = try await reporting {
            try await model.client.execute(request, deadline: .distantFuture)
        }
        guard response.status == .ok else { throw try await refusal(response) }
        return response
    }

    private func collect(_ response: HTTPClientResponse) async throws -> ByteBuffer {
        try await reporting { try await response.body.collect(upTo: model.configuration.bodyLimit) }
    }

    /// Reads why a service refused, as far as it fits into a sentence.
    private func refusal(_ response: HTTPClientResponse) async throws -> ModelError {
        var body: ByteBuffer?
        do {
            body = try await response.body.collect(upTo: 64 * 1024)
        } catch {
            // The status says enough when its explanation is too long or does not come.
            try Task.checkCancellation()
        }
        let reason = body.flatMap { OpenAIWire.failure(String(buffer: $0)) } ?? response.status.reasonPhrase
        let asked = response.headers.first(name: "retry-after").flatMap {
            ModelError.retryAfter($0, now: model.environment.now())
        }
        return fault(
            .refused(status: Int(response.status.code)),
            "\(model.name) refused with status \(response.status.code): \(reason)", retryAfter: asked)
    }

    /// Says in the words of this module what went wrong underneath.
    func reporting<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let error as ModelError {
            throw error
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch {
            try Task.checkCancellation()
            if error is CancellationError { throw error }
            let endpoint = model.configuration.endpoint
            switch error as? HTTPClientError {
            case .alreadyShutdown?, .cancelled?: throw fault(.closed, "the client of \(model.name) is closed")
            case .connectTimeout?: throw timeout(.connectTimeout)
            default: throw fault(.unreachable, "no answer came from \(endpoint): \(error)")
            }
        }
    }

    /// Says of a text that makes no sense whose it is, and without the key that may stand in it.
    func understanding<Result>(_ read: () throws(ModelError) -> Result) throws(ModelError) -> Result {
        do {
            return try read()
        } catch {
            throw fault(error.reason, "\(model.name): \(error.message)")
        }
    }

    /// The answer has more bytes than are taken.
    var tooLarge: ModelError {
        fault(.tooLarge, "the answer of \(model.name) has more than \(model.configuration.bodyLimit) bytes")
    }

    /// Describes an error in one line without the key, cut where what the service said is long.
    func fault(_ reason: ModelError.Reason, _ message: String, retryAfter: Duration? = nil) -> ModelError {
        let hidden = model.configuration.key?.hidden(in: message) ?? message
        let line = hidden.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let short = line.count > 400 ? line.prefix(400) + "…" : line
        return ModelError(reason, short, retryAfter: retryAfter)
    }

    private func timeout(_ reason: ModelError.Reason) -> ModelError {
        let configuration = model.configuration
        let what: String =
            switch reason {
            case .connectTimeout:
                "no connection to \(configuration.endpoint) in \(configuration.connectTimeout)"
            case .idleTimeout: "nothing came from \(model.name) for \(configuration.idleTimeout)"
            default: "\(model.name) took longer than \(configuration.wholeTimeout)"
            }
        return fault(reason, what)
    }
}
