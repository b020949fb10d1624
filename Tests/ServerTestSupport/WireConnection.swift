import NIOCore
import NIOPosix
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A TCP connection that sends and reads bytes as they are, so that nothing between a test and the wire is
/// tidied up.
package struct WireConnection: Sendable {
    private let channel: any Channel
    private let received: AsyncThrowingStream<[UInt8], any Error>

    /// Connects.
    ///
    /// Bytes are taken from the socket as they come if it `reads`; else nothing is read before `beginReading`.
    package init(port: Int, reads: Bool = true) async throws {
        let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        received = stream
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelOption(.socketOption(.so_rcvbuf), value: reads ? 256 * 1024 : 4096)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteForwarder(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// Sends bytes.
    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Sends bytes.
    package func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Takes bytes from now on.
    package func beginReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

    /// Closes the connection in both directions.
    package func close() async { try? await channel.close() }

    /// Breaks the connection off, so that the other side meets an error instead of an end.
    package func reset() async throws {
        guard let socket = channel as? any SocketOptionProvider else {
            throw WireFault.cutOff
        }
        try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        await close()
    }

    /// Waits until the other side closed the connection.
    package func whenClosed() async throws { try await channel.closeFuture.get() }

    /// Takes the bytes that came since the last time; nil at the end.
    package func bytes() -> AsyncThrowingStream<[UInt8], any Error>.AsyncIterator {
        received.makeAsyncIterator()
    }

    /// The head of a request.
    package static func head(
        _ method: String, _ path: String, port: Int, headers: [String: String] = [:], length: Int = 0
    ) -> String {
        var fields = headers
        if fields["Host"] == nil { fields["Host"] = "127.0.0.1:\(port)" }
        if length > 0 { fields["Content-Length"] = "\(length)" }
        let lines = fields.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
        return "\(method) \(path) HTTP/1.1\r\n" + lines.map { "\($0.key): \($0.value)\r\n" }.joined() + "\r\n"
    }

    /// Sends one request and reads until the server closes.
    package static func exchange(
        port: Int, _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> WireAnswer {
        let connection = try await WireConnection(port: port)
        var headers = headers
        headers["Connection"] = "close"
        let head = head(method, path, port: port, headers: headers, length: body.count)
        // A server that refuses a body may answer and close before all of it was sent.
        _ = try? await connection.send(Array(head.utf8) + body)
        var reader = WireReader(connection)
        let answer = try await reader.answer(withBody: method != "HEAD")
        await connection.close()
        return answer
    }
}

/// Hands on what a socket gives.
private final class ByteForwarder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation

    init(_ continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation) {
        self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        continuation.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        continuation.finish(throwing: error)
        context.close(promise: nil)
    }
}
