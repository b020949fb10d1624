import HoldfastEngine
import HoldfastModels
import HoldfastTesting
import ServerTestSupport
import Synchronization

/// An application's offline model, which a test lets refuse, wait or take its time.
final class WatchedModel: LanguageModel {
    /// What becomes of a request.
    enum Turn: Sendable {
        case answer, refuse
        /// Answers when the test is over, unless the task is cancelled before.
        case wait
    }

    private struct State {
        var clock: ManualClock?
        var pace = Duration.zero
        var lastPrompt = ""
    }

    private let offline: OfflineModel
    private let turn: @Sendable (ModelRequest) -> Turn
    private let state = Mutex(State())
    private let (asked, asking) = AsyncStream<Void>.makeStream()
    private let (end, ending) = AsyncStream<Never>.makeStream()

    init(_ offline: OfflineModel, turn: @escaping @Sendable (ModelRequest) -> Turn = { _ in .answer }) {
        self.offline = offline
        self.turn = turn
    }

    var name: String { offline.name }
    var lastPrompt: String { state.withLock(\.lastPrompt) }

    /// Lets each call take so long.
    func take(_ pace: Duration, by clock: ManualClock) {
        state.withLock { ($0.pace, $0.clock) = (pace, clock) }
    }

    /// Returns when it waits.
    func isAsked() async { _ = await asked.first { _ in true } }

    /// Waits no more: an engine that stops lets the step end that it runs.
    func stopWaiting() { ending.finish() }

    func complete(_ request: ModelRequest) async throws -> ModelAnswer {
        try await turn(to: request)
        return try await offline.complete(request)
    }

    func stream(_ request: ModelRequest) -> ModelStream {
        ModelStream {
            var pieces: ModelStream.Iterator?
            return {
                if pieces == nil { try await self.turn(to: request) }
                var rest = pieces ?? self.offline.stream(request).makeAsyncIterator()
                defer { pieces = rest }
                return try await rest.next()
            }
        }
    }

    private func turn(to request: ModelRequest) async throws {
        state.withLock { state in
            state.lastPrompt = request.prompt
            state.clock?.advance(by: state.pace)
        }
        switch turn(request) {
        case .answer: break
        case .refuse: throw ModelError(.refused(status: 401), "the model refused")
        case .wait:
            asking.yield()
            for await _ in end {}
            try Task.checkCancellation()
        }
    }
}

extension TestServer {
    /// Runs a body against one application, with a model that the body watches.
    static func run(
        of prepare: (JobEngine) throws -> Endpoints, with model: WatchedModel,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await runJobs(
            of: prepare, { _, _ in },
            { server in
                defer { model.stopWaiting() }
                try await body(server)
            })
    }
}
