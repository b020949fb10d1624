import HoldfastCore
import Synchronization

@testable import HoldfastClient

/// Answers requests from a list, and keeps what was asked.
final class ScriptedTransport: ClientTransport {
    /// What one connection does.
    struct Script: Sendable {
        var status = 200
        var mediaType = "text/event-stream"
        var retryAfter: Duration?
        var pieces: [String] = []
        /// Whether nothing comes behind the pieces, instead of the end.
        var staysOpen = false
        /// What becomes of the request itself.
        var failure: ClientError?
    }

    private struct State {
        var scripts: [Script]
        var asked: [(request: ClientRequest, bearer: String?)] = []
    }

    private let state: Mutex<State>

    init(_ scripts: Script...) { state = Mutex(State(scripts: scripts)) }

    /// The requests that came.
    var requests: [ClientRequest] { state.withLock { $0.asked.map(\.request) } }

    /// The credentials that they carried.
    var bearers: [String?] { state.withLock { $0.asked.map(\.bearer) } }

    func send(_ request: ClientRequest, bearer: String?) async throws -> ClientAnswer {
        let script = try state.withLock { state in
            state.asked.append((request, bearer))
            guard !state.scripts.isEmpty else { throw ClientError.malformed("the script has ended") }
            return state.scripts.removeFirst()
        }
        if let failure = script.failure { throw failure }
        return ClientAnswer(
            status: script.status, mediaType: script.mediaType, retryAfter: script.retryAfter,
            body: ScriptedBody(script))
    }
}

private actor ScriptedBody: ClientBody {
    private var pieces: ArraySlice<String>
    private let staysOpen: Bool

    init(_ script: ScriptedTransport.Script) {
        pieces = script.pieces[...]
        staysOpen = script.staysOpen
    }

    func next() async throws -> [UInt8]? {
        if let piece = pieces.popFirst() { return Array(piece.utf8) }
        guard staysOpen else { return nil }
        let (silence, _) = AsyncStream<Never>.makeStream()
        for await _ in silence {}
        throw CancellationError()
    }
}
