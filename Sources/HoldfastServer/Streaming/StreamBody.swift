import HoldfastCore
import HoldfastEngine
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Runs what writes the body of an open stream, and ends it when the reader is gone, takes nothing, or when
/// the server
/// stops.
struct StreamBody: Sendable {
    /// Writes until the stream ends.
    ///
    /// It is cancelled when the stream is cut.
    typealias Write = @Sendable (StreamTicket, inout StreamWriter) async throws -> Void

    let scope: RouteScope
    let key: ShelfKey
    /// The caller's place among the open streams.
    let seat: StreamSeat
    /// Compresses the body; nil for one that is sent as it is.
    let deflater: StretchDeflater?
    let write: Write

    /// Makes the body of an answer.
    func response(to request: Request) -> ResponseBody {
        ResponseBody { writer in
            // Joined only here, because an answer to HEAD has no body.
            let ticket = try scope.streams.join(key, for: seat.caller.subject)
            defer {
                seat.leave()
                scope.streams.leave(ticket)
            }
            let transfer = WriterTransfer(writer: writer)
            // Without this a reader that goes away is noticed at the next write, and one of a quiet job
            // never.
            try await request.body.consumeWithInboundCloseHandler { _ in
                try await withGracefulShutdownHandler {
                    try await run(transfer, ticket)
                } onGracefulShutdown: {
                    scope.streams.drain()
                }
            } onInboundClosed: {
                ticket.cut(.readerGone)
            }
        }
    }

    private func run(_ transfer: WriterTransfer, _ ticket: StreamTicket) async throws {
        try await withThrowingTaskGroup(of: StreamPart.self) { group in
            group.addTask {
                try await ticket.awaitCut {
                    try await scope.environment.sleep(scope.streamConfiguration.drainLimit)
                }
                return .cut
            }
            if let rest = credentialRest {
                group.addTask {
                    try await scope.environment.sleep(rest)
                    ticket.expire()
                    return .expiry
                }
            }
            if let interval = key.encoding.heartbeat {
                group.addTask {
                    while true {
                        try await scope.environment.sleep(interval)
                        ticket.wake(.heartbeat)
                    }
                }
            }
            group.addTask {
                var writer = StreamWriter(
                    transfer.writer, ticket: ticket, chunkBytes: scope.streamConfiguration.chunkBytes,
                    deflater: deflater)
                try await write(ticket, &writer)
                try await writer.finish()
                return .stream
            }
            // The first to end is the stream itself, or the order to cut it, which is thrown and cancels the
            // stream.
            while try await group.next() == .expiry {}
            group.cancelAll()
        }
    }

    /// How long the reader's credential is still good; nil when that is no matter for an open stream.
    ///
    /// A stream token is good while a stream is open that was opened with it.
    private var credentialRest: Duration? {
        guard seat.caller.via != .streamToken, let until = seat.caller.until else { return nil }
        // A JSON Web Token is taken for so much longer, as by every other request.
        let skew = seat.caller.via == .jwt ? scope.access.authenticator.configuration?.clockSkew : nil
        return max(.zero, until + (skew ?? .zero) - scope.environment.now())
    }
}

/// What runs for an open stream.
private enum StreamPart {
    case stream, cut, expiry
}

/// Carries the writer of a body into a child task.
///
/// Guard: the task that made it awaits the child before it touches the writer again.
private struct WriterTransfer: @unchecked Sendable {
    let writer: any ResponseBodyWriter
}
