import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastTesting
import Testing

/// A client of a server under test, with a clock that stands still until a test moves it.
struct Service: Sendable {
    /// What no error and no log may show.
    static let secret = "sk-live-51Hx0"

    let model: OpenAIModel
    let clock: ManualClock

    /// Runs a body with a client, and closes it.
    ///
    /// - Parameters:
    ///   - port: Where the server is.
    ///   - chance: What is drawn for each wait, from 0 up to 1.
    ///   - adjust: Changes the configuration.
    ///   - body: Uses the client.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    static func run<Result>(
        port: Int, chance: Double = 0, _ adjust: (inout OpenAIConfiguration) -> Void = { _ in },
        body: (Service) async throws -> Result
    ) async throws -> Result {
        var configuration = OpenAIConfiguration(
            endpoint: try #require(ModelEndpoint("http://127.0.0.1:\(port)/v1/")), key: ModelKey(secret),
            model: "asked-1", prices: ModelPrices(prompt: 0.15, completion: 0.6))
        adjust(&configuration)
        let clock = ManualClock()
        let environment = EngineEnvironment(
            now: { clock.timestamp }, sleep: { try await clock.wait(until: clock.timestamp + $0) },
            random: { UInt64(chance * 0x1p53) << 11 })
        let service = Service(model: OpenAIModel(configuration, environment: environment), clock: clock)
        do {
            let result = try await body(service)
            await service.model.close()
            return result
        } catch {
            await service.model.close()
            throw error
        }
    }

    /// Runs a body with a server and its client.
    static func run<Result: Sendable>(
        _ replies: Reply..., chance: Double = 0, adjust: (inout OpenAIConfiguration) -> Void = { _ in },
        body: (Service, ModelServer) async throws -> Result
    ) async throws -> Result {
        try await ModelServer.run(replies) { server in
            try await run(port: server.port, chance: chance, adjust) { try await body($0, server) }
        }
    }

    /// Asks for a whole answer and gives the error that comes in its place.
    func failure(sourceLocation: SourceLocation = #_sourceLocation) async throws -> ModelError {
        let error = await #expect(throws: ModelError.self, sourceLocation: sourceLocation) {
            try await model.complete(ModelRequest("Hello?"))
        }
        let failure = try #require(error, sourceLocation: sourceLocation)
        #expect(!failure.message.contains(Service.secret), sourceLocation: sourceLocation)
        return failure
    }

    /// Asks for a streamed answer and gives the error that comes in its place, or after some of it.
    func streamFailure(_ show: @Sendable (String) -> Void) async throws -> ModelError {
        let error = await #expect(throws: ModelError.self) {
            try await model.stream(ModelRequest("Hello?")).answer(show)
        }
        return try #require(error)
    }

    /// Asks for a streamed answer and takes all of it, up to an error.
    func pieces() async -> (pieces: [ModelPiece], error: (any Error)?) {
        var pieces: [ModelPiece] = []
        do {
            for try await piece in model.stream(ModelRequest("Hello?")) { pieces.append(piece) }
            return (pieces, nil)
        } catch {
            return (pieces, error)
        }
    }

    /// Moves the clock to a moment that somebody waits for.
    func pass(_ time: Duration) async throws {
        let moment = ManualClock.start + time
        try await clock.timer(at: moment)
        clock.advance(to: .init(moment))
    }
}
