import HoldfastTesting
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// Stands between readers and a server, and cuts their connections after random numbers of bytes, so many times in all.
///
/// Later connections pass.
final class CuttingProxy: Sendable {
    private struct State {
        var random: SeededRandom
        var cutsLeft: Int
    }

    /// What may come through before a cut, in bytes: from nothing at all to some events.
    private static let bytesBetweenCuts = 0...16_384

    /// Such as `http://127.0.0.1:49153`.
    let url: String
    private let serverPort: Int
    private let state: Mutex<State>
    private let lastCut: AsyncStream<Void>
    private let onLastCut: AsyncStream<Void>.Continuation

    /// Listens in front of a server while `body` runs.
    ///
    /// - Parameters:
    ///   - server: What is behind it.
    ///   - cuts: How often it cuts.
    ///   - seed: Where the random numbers come from.
    ///   - body: Gets the proxy.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` throws, or why it cannot listen.
    static func run<Result: Sendable>(
        before server: Server, cuts: Int, seed: UInt64, _ body: (CuttingProxy) async throws -> Result
    ) async throws -> Result {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .bind(host: "127.0.0.1", port: 0) { channel in Self.wrap(channel) }
        let port = try #require(listener.channel.localAddress?.port)
        let proxy = CuttingProxy(
            url: "http://127.0.0.1:\(port)", serverPort: try server.port, cuts: cuts, seed: seed)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await proxy.accept(listener) }
            let result = try await body(proxy)
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
            return result
        }
    }

    private init(url: String, serverPort: Int, cuts: Int, seed: UInt64) {
        self.url = url
        self.serverPort = serverPort
        state = Mutex(State(random: SeededRandom(seed: seed), cutsLeft: cuts))
        (lastCut, onLastCut) = AsyncStream.makeStream()
    }

    /// Waits until it has cut for the last time.
    func whenDone() async { for await _ in lastCut {} }

    private typealias Socket = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private static func wrap(_ channel: any Channel) -> EventLoopFuture<Socket> {
        channel.eventLoop.makeCompletedFuture { try Socket(wrappingChannelSynchronously: channel) }
    }

    private func accept(_ listener: NIOAsyncChannel<Socket, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { readers in
                for try await reader in readers {
                    // A connection that breaks is what this is for.
                    group.addTask { try? await self.relay(reader) }
                }
            }
        }
    }

    private func relay(_ reader: Socket) async throws {
        let server = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: serverPort) { channel in Self.wrap(channel) }
        try await reader.executeThenClose { fromReader, toReader in
            try await server.executeThenClose { fromServer, toServer in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for try await bytes in fromReader { try await toServer.write(bytes) } }
                    group.addTask {
                        var passed = 0
                        let limit = self.nextCut()
                        for try await bytes in fromServer {
                            let part = bytes.getSlice(
                                at: bytes.readerIndex, length: min(bytes.readableBytes, limit - passed))
                            if let part, part.readableBytes > 0 { try await toReader.write(part) }
                            passed += bytes.readableBytes
                            if passed >= limit, self.mayCut() { return try await Self.reset(reader, server) }
                        }
                    }
                    // Whichever side ends, the other one ends with it.
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }

    /// After how many bytes the next connection is cut.
    private func nextCut() -> Int {
        state.withLock { state in
            guard state.cutsLeft > 0 else { return .max }
            return Int.random(in: Self.bytesBetweenCuts, using: &state.random)
        }
    }

    /// Takes one of the cuts that are left.
    private func mayCut() -> Bool {
        state.withLock { state in
            guard state.cutsLeft > 0 else { return false }
            state.cutsLeft -= 1
            if state.cutsLeft == 0 { onLastCut.finish() }
            return true
        }
    }

    /// Breaks both connections off as a network does that goes away.
    private static func reset(_ sockets: Socket...) async throws {
        for socket in sockets {
            try await (socket.channel as? any SocketOptionProvider)?
                .setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            try? await socket.channel.close()
        }
    }
}
