import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@Suite("One caller with ten thousand connections", .timeLimit(.minutes(2)))
struct CrowdTests {
    /// Ten thousand, or what this machine lets a process have open.
    private static let connections = min(10_000, OpenFiles.allowAll() - 500)

    @Test func `the limit of streams opens, the rest is told when to come back, and others are served`()
        async throws
    {
        try #require(Self.connections > 1_000, "the system allows too few open files: see ulimit -Hn")
        let place = try Workplace()
        let (ana, bob) = (try await APIKeyEntry.make("ana"), try await APIKeyEntry.make("bob"))
        // The limit of requests would refuse nearly all of them before the one of streams does.
        try place.protect(
            #"{"api_keys":[\#(ana.entry),\#(bob.entry)],"limits":{"requests_per_second":null}}"#)
        try await Server.run(place) { server in
            let port = try server.port
            let request =
                "GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(ana.key)\r\n\r\n"
            let crowd = try await RawConnection.openAll(Self.connections, port: port, request)
            let heads = crowd.map(\.head)
            let refused = heads.filter { $0.hasPrefix("HTTP/1.1 429 ") }
            #expect(heads.count { $0.hasPrefix("HTTP/1.1 200 ") } == 1_000)
            #expect(refused.count == Self.connections - 1_000)
            #expect(refused.allSatisfy { $0.lowercased().contains("\r\nretry-after: 10\r\n") })

            let clock = ContinuousClock()
            let asked = clock.now
            let others = try await server.send(.GET, "/v1/jobs", headers: bob.headers)
            #expect(others.status == 200)
            var stream = try await EventStream("\(server.url)/v1/stream", headers: bob.headers)
            #expect(try await stream.next()?.event == "stream.open")
            #expect(clock.now - asked < .seconds(5), "others wait for the crowd")
            // What is no stream is still answered.
            #expect(try await server.send(.GET, "/v1/jobs", headers: ana.headers).status == 200)
            for connection in crowd { connection.close() }
        }
    }
}

/// A connection that sent one request, with the head of the answer to it.
private struct RawConnection: Sendable {
    let head: String
    private let channel: any Channel

    /// Opens many, and keeps them open.
    static func openAll(_ count: Int, port: Int, _ request: String) async throws -> [RawConnection] {
        try await withThrowingTaskGroup(of: RawConnection.self) { group in
            var connections: [RawConnection] = []
            for number in 0..<count {
                // The system has no room for all of them in its queue of those who want to be let in.
                if number >= 200, let next = try await group.next() { connections.append(next) }
                group.addTask { try await RawConnection(port: port, request) }
            }
            for try await connection in group { connections.append(connection) }
            return connections
        }
    }

    private init(port: Int, _ request: String) async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        let answered = eventLoop.makePromise(of: String.self)
        channel = try await ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HeadReader(answered))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: request))
        head = try await answered.futureResult.get()
    }

    func close() { channel.close(promise: nil) }
}

/// Tells the head of the first answer.
private final class HeadReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let answered: EventLoopPromise<String>
    private var received = ""

    init(_ answered: EventLoopPromise<String>) { self.answered = answered }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        if received.contains("\r\n\r\n") { answered.succeed(received) }
    }

    func channelInactive(context: ChannelHandlerContext) { answered.fail(ChannelError.eof) }
}
