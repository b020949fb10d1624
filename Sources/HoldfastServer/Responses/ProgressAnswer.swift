import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// An answer to something that takes long: lines of how far it is, and at the end one of what came of it.
///
/// When the reader goes away or the server stops, the work is cancelled.
struct ProgressAnswer: Sendable {
    /// How often a line is sent, at most.
    private static let interval: Duration = .seconds(1)
    /// After how long without a line the last one is said again, so that nobody in between takes the connection for dead.
    private static let heartbeat: Duration = .seconds(10)

    /// Does the work and gives the report; it is given whom to tell how far it is.
    typealias Work =
        @Sendable (@escaping @Sendable (_ events: Int64, _ total: Int64?) -> Void) async throws
        -> JSONText

    private enum Signal: Sendable {
        case line(ProgressLine), beat, gone, stops
    }

    let environment: EngineEnvironment
    let work: Work

    /// The answer, whose work begins when its head was sent.
    func response(to request: Request) -> Response {
        let body = ResponseBody { writer in
            var writer = writer
            let (signals, continuation) = AsyncStream.makeStream(of: Signal.self)
            try await request.body.consumeWithInboundCloseHandler { _ in
                try await withGracefulShutdownHandler {
                    try await send(signals, continuation, to: &writer)
                } onGracefulShutdown: {
                    continuation.yield(.stops)
                }
            } onInboundClosed: {
                continuation.yield(.gone)
            }
        }
        return Response(
            status: .ok,
            headers: [.contentType: HistoryFormat.ndjson.mediaType, .cacheControl: "no-store"], body: body)
    }

    private func send(
        _ signals: AsyncStream<Signal>, _ continuation: AsyncStream<Signal>.Continuation,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await run(continuation) }
            // The work of an answer that nobody reads to its end is cancelled.
            defer { group.cancelAll() }
            var last = ProgressLine.progress(events: 0, total: nil)
            for await signal in signals {
                switch signal {
                case .gone: throw CancellationError()
                case .stops: last = .problem(Problem(.unavailable, detail: "the server stops"))
                case .beat: break
                case .line(let line): last = line
                }
                try await writer.write(ByteBuffer(string: last.json.text + "\n"))
                if last.isLast { break }
            }
        }
        try await writer.finish(nil)
    }

    private func run(_ continuation: AsyncStream<Signal>.Continuation) async {
        await withTaskGroup { group in
            group.addTask {
                do {
                    while true {
                        try await environment.sleep(Self.heartbeat)
                        continuation.yield(.beat)
                    }
                } catch {
                    // It was cancelled: nothing is waited for any more.
                }
            }
            group.addTask {
                let said = Mutex<Timestamp?>(nil)
                do {
                    let report = try await work { events, total in
                        let now = environment.now()
                        let isDue = said.withLock { said in
                            if let last = said, now < last + Self.interval { return false }
                            said = now
                            return true
                        }
                        if isDue { continuation.yield(.line(.progress(events: events, total: total))) }
                    }
                    continuation.yield(.line(.report(report)))
                } catch {
                    if let problem = ErrorMapping.answer(to: error)?.problem {
                        continuation.yield(.line(.problem(problem)))
                    }
                }
            }
            _ = await group.next()
            group.cancelAll()
        }
        continuation.finish()
    }
}

extension ProgressLine {
    fileprivate var isLast: Bool {
        switch self {
        case .progress: false
        case .report, .problem: true
        }
    }
}
