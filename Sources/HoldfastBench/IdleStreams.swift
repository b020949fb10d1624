import CBenchFloor
import Foundation
import Hummingbird
import Logging
import NIOCore

/// What an open stream costs on which nothing happens, and how much of that is the server library's.
enum IdleStreams {
    private static let readers = 10_000

    static func run(_ context: BenchContext) async throws {
        let library = try await PlainServer.run { port in
            try await kibibytes { body in
                _ = try await StreamClient.run(
                    port: port, path: "/", readers: readers, events: 0, seconds: 2, while: body)
            }
        }
        try await StreamBench.run(context) { bench in
            let all = try await kibibytes { body in
                _ = try await bench.read(readers, events: 0, seconds: 2, "from=now", while: body)
            }
            context.report.line(
                "\(readers) idle readers",
                String(
                    format: "%.1f KiB each (aim <= 36, better 16), %.1f of them in use", all.held, all.used))
            context.report.line(
                "\(readers) of a plain Hummingbird handler",
                String(format: "%.1f KiB each, %.1f of them in use", library.held, library.used))
        }
    }

    /// What the process holds for each reader while all of them are there, and what of it is in use.
    private static func kibibytes(
        _ read: (_ whileOpen: () async throws -> Void) async throws -> Void
    ) async throws -> (held: Double, used: Double) {
        // What others left behind would be used again and not be seen.
        floor_trim_memory()
        let before = ProcessUse.now
        var after = before
        try await read { after = ProcessUse.now }
        func each(_ bytes: Int) -> Double { Double(bytes) / Double(readers) / 1024 }
        return (
            each(after.residentBytes - before.residentBytes), each(after.heapBytes - before.heapBytes)
        )
    }
}

/// A server that knows nothing of Holdfast: one block, then nothing until the reader goes away.
private enum PlainServer {
    static func run<Result: Sendable>(_ body: (Int) async throws -> Result) async throws -> Result {
        let (ports, onPort) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let router = Router()
        router.get("/") { request, _ in
            Response(status: .ok, headers: [.contentType: "text/event-stream"], body: quietBody(of: request))
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0), backlog: 4096),
            onServerRunning: { onPort.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let serving = Task { try await application.run() }
        defer { serving.cancel() }
        let result = try await body(await ports.first { _ in true } ?? 0)
        serving.cancel()
        _ = await serving.result
        return result
    }

    private static func quietBody(of request: Request) -> ResponseBody {
        ResponseBody { writer in
            try await writer.write(ByteBuffer(string: ": open\n\n"))
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                for await _ in AsyncStream<Void>.makeStream().stream {}
            }
            try await writer.finish(nil)
        }
    }
}
