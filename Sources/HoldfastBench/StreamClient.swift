import ArgumentParser
import CBenchFloor
import Foundation

/// A process that reads many event streams.
enum StreamClient {
    /// What it saw.
    struct Seen: Codable, Sendable {
        let events: Int
        let seconds: Double
        let p50: Double
        let p99: Double

        /// Events a second, over all streams.
        var rate: Double { seconds > 0 ? Double(events) / seconds : 0 }

        /// For a line of the report.
        var delays: String { String(format: "p50 %.2f ms, p99 %.2f ms", p50, p99) }
    }

    /// Runs one, and `body` as soon as all streams are open.
    static func run(
        port: Int, path: String, readers: Int, events: Int, seconds: Double,
        while body: () async throws -> Void
    ) async throws -> Seen {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        child.arguments = ["stream-client", "\(port)", path, "\(readers)", "\(events)", "\(seconds)"]
        let output = Pipe()
        let (parts, printed) = AsyncStream<Data>.makeStream()
        // Each of its two lines is one write, and the second comes long after the first.
        output.fileHandleForReading.readabilityHandler = { printed.yield($0.availableData) }
        child.standardOutput = output
        try child.run()
        var answers = parts.makeAsyncIterator()
        guard await answers.next() == Data("ready\n".utf8) else { throw StreamClientFault() }
        try await body()
        guard let answer = await answers.next() else { throw StreamClientFault() }
        output.fileHandleForReading.readabilityHandler = nil
        child.waitUntilExit()
        return try JSONDecoder().decode(Seen.self, from: answer)
    }

    /// What the least server gives: one that appends, calls fdatasync, and writes to each socket.
    static func floor(
        _ context: BenchContext, readers: Int, rate: Double, events: Int, bytes: Int
    ) async throws -> Seen {
        let file = context.folder.fresh("floor")
        let (ports, onPort) = AsyncStream<Int>.makeStream()
        let serving = Thread {
            withUnsafePointer(to: onPort) { pointer in
                _ = floor_stream_server(
                    file, Int32(readers), Int32(events), rate, Int32(bytes),
                    { port, context in
                        context?.assumingMemoryBound(to: AsyncStream<Int>.Continuation.self).pointee
                            .yield(Int(port))
                    }, UnsafeMutableRawPointer(mutating: pointer))
            }
        }
        serving.start()
        let port = await ports.first { _ in true } ?? 0
        return try await run(port: port, path: "/", readers: readers, events: events, seconds: 30) {}
    }
}

/// The client ended without an answer.
struct StreamClientFault: Error {}

/// The process of a client.
struct StreamClientProcess: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stream-client", shouldDisplay: false)

    @Argument var port: Int32
    @Argument var path: String
    @Argument var readers: Int32
    @Argument var events: Int64
    @Argument var seconds: Double

    func run() throws {
        var result = floor_stream_result()
        let failure = floor_stream_client(
            port, path, readers, events, seconds,
            { _ in FileHandle.standardOutput.write(Data("ready\n".utf8)) }, nil, &result)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        let seen = StreamClient.Seen(
            events: Int(result.events), seconds: result.seconds, p50: result.p50, p99: result.p99)
        FileHandle.standardOutput.write(try JSONEncoder().encode(seen) + Data("\n".utf8))
    }
}
