import AsyncHTTPClient
import NIOPosix
import Testing

extension Server {
    /// Lets readers follow a job, and asks the server to stop once all have caught up; each has to be told to come back.
    ///
    /// - Parameters:
    ///   - readers: Those who read.
    ///   - beforeStop: Runs when all have caught up, before the server is asked.
    /// - Returns: The readers with what they got, and when the server was asked.
    /// - Throws: When a stream breaks.
    func stop(
        with readers: [StubbornReader], _ beforeStop: () async -> Void = {}
    ) async throws -> (readers: [StubbornReader], asked: ContinuousClock.Instant) {
        try await withThrowingTaskGroup(of: StubbornReader.self) { group in
            let (opened, open) = AsyncStream<Void>.makeStream()
            for reader in readers {
                group.addTask {
                    var reader = reader
                    let last = try await reader.readStream(from: url) { open.yield() }
                    #expect(last == "stream.rotate")
                    return reader
                }
            }
            var caughtUp = opened.makeAsyncIterator()
            for _ in readers { _ = await caughtUp.next() }
            await beforeStop()
            let asked = ContinuousClock().now
            try command.terminate()
            return (try await group.reduce(into: []) { $0.append($1) }, asked)
        }
    }
}

extension HTTPClient {
    /// Runs a body with a client that makes as many connections to a server as are asked for, and reads compressed
    /// answers.
    static func withManyConnections<Result>(_ body: (HTTPClient) async throws -> Result) async throws
        -> Result
    {
        var settings = HTTPClient.Configuration.singletonConfiguration
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 10_000
        let client = HTTPClient(
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: settings)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }
}
