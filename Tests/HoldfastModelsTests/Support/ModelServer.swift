import HoldfastCore
import NIOCore
import NIOPosix
import Synchronization

/// A service on a free port of this machine that answers each call with the next of some replies, byte by byte as it is told.
///
/// It speaks the few lines of HTTP by itself, so that it can break off, stall and split where no server would. Each
/// connection takes one call.
final class ModelServer: Sendable {
    /// The port it listens on.
    let port: Int
    private let replies: Mutex<[Reply]>
    private let received = Mutex<[ReceivedCall]>([])
    private let (closings, closing) = AsyncStream<Void>.makeStream()

    private init(port: Int, replies: [Reply]) {
        self.port = port
        self.replies = Mutex(replies)
    }

    /// Runs a body against a server with some replies.
    static func run<Result: Sendable>(
        _ replies: [Reply], body: (ModelServer) async throws -> Result
    ) async throws -> Result {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        guard let port = listener.channel.localAddress?.port else { throw CancellationError() }
        let server = ModelServer(port: port, replies: replies)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await listener.executeThenClose { connections in
                    await withDiscardingTaskGroup { calls in
                        do {
                            for try await connection in connections {
                                calls.addTask { try? await server.serve(connection) }
                            }
                        } catch {}
                        calls.cancelAll()
                    }
                }
            }
            defer { group.cancelAll() }
            return try await body(server)
        }
    }

    /// The calls that came, in their order.
    var calls: [ReceivedCall] { received.withLock { $0 } }

    /// Waits until a client broke off a call that was not answered to its end.
    func whenBrokenOff() async { for await _ in closings { return } }

    private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var bytes = ByteBuffer()
            var parts = inbound.makeAsyncIterator()
            var call: ReceivedCall?
            while call == nil, let part = try await parts.next() {
                bytes.writeImmutableBuffer(part)
                call = ReceivedCall(String(buffer: bytes))
            }
            guard let call else { return }
            received.withLock { $0.append(call) }
            let reply = replies.withLock { $0.isEmpty ? Reply(status: 599) : $0.removeFirst() }
            for piece in reply.pieces {
                switch piece {
                case .bytes(let bytes): try await outbound.write(ByteBuffer(bytes: bytes))
                case .silence:
                    do { while try await parts.next() != nil {} } catch {}
                    closing.yield()
                }
            }
        }
    }
}

/// What a client sent.
struct ReceivedCall: Sendable {
    /// The first line.
    let line: String
    /// The fields of the head, their names in lower case.
    let headers: [String: String]
    /// The body.
    let body: JSONText

    /// Reads a request; nil as long as it is not whole.
    init?(_ text: String) {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        var lines = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
        line = lines.removeFirst()
        headers = Dictionary(
            lines.compactMap { line in
                line.firstIndex(of: ":").map {
                    (line[..<$0].lowercased(), line[$0...].dropFirst().drop { $0 == " " }.description)
                }
            }, uniquingKeysWith: { first, _ in first })
        let rest = text[end.upperBound...]
        guard rest.utf8.count == headers["content-length"].flatMap(Int.init) ?? 0 else { return nil }
        body = JSONText(unchecked: String(rest))
    }
}
