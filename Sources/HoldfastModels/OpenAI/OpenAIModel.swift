import AsyncHTTPClient
import HoldfastCore
public import HoldfastEngine
import NIOCore
import Synchronization

/// Asks a model over HTTP that speaks OpenAI's chat completions, as OpenAI, llama.cpp, Ollama, vLLM and many others do.
///
/// It keeps connections open between calls: close it when the program ends. It may be used from many tasks at once.
public final class OpenAIModel: LanguageModel {
    /// Where the model is.
    public let configuration: OpenAIConfiguration
    let environment: EngineEnvironment
    let client: HTTPClient
    private let isClosed = Mutex(false)

    /// Makes a client; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - configuration: Where the model is.
    ///   - environment: Where waits, moments and chance come from.
    public init(_ configuration: OpenAIConfiguration, environment: EngineEnvironment = .system) {
        self.configuration = configuration
        self.environment = environment
        // A redirect would take the key to a place that nobody configured.
        var options = HTTPClient.Configuration(redirectConfiguration: .disallow)
        options.timeout.connect = .microseconds(max(1, configuration.connectTimeout.microsecondsRoundedUp))
        // This client says when to try again, and how often.
        options.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: options)
    }

    deinit { shutDown() }

    /// The name of the model, as the service calls it.
    public var name: String { configuration.model }

    /// Asks for an answer and waits until it is whole.
    ///
    /// - Throws: `ModelError` when all tries are used up, or at once where another one would not fare better;
    ///   `CancellationError` when the task is cancelled.
    public func complete(_ request: ModelRequest) async throws -> ModelAnswer {
        let call = try OpenAICall(request, streams: false, model: self)
        return try await retrying { try await call.answer() }
    }

    /// Asks for an answer that comes piece by piece.
    ///
    /// As long as no piece was handed on, calls that fail are made again as `complete` does; after that an error ends the stream.
    public func stream(_ request: ModelRequest) -> ModelStream {
        ModelStream {
            var pieces: OpenAIPieces?
            return {
                if let pieces { return try await pieces.next() }
                let call = try OpenAICall(request, streams: true, model: self)
                let (opened, first) = try await self.retrying {
                    let opened = try await call.open()
                    return (opened, try await opened.next())
                }
                pieces = opened
                return first
            }
        }
    }

    /// Closes the connections; calls under way end with an error, and later ones too.
    ///
    /// Safe to repeat: a second call does nothing.
    public func close() async {
        guard takeClosing() else { return }
        // It can only say that it was closed before, which nobody else does.
        try? await client.shutdown()
    }

    private func takeClosing() -> Bool {
        isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
    }

    private func shutDown() {
        // A client that nobody closed stops the process when it is freed.
        if takeClosing() { client.shutdown { _ in } }
    }
}
