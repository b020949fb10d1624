import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import Logging

/// A server on a free port, for as long as a scenario needs one.
enum BenchServer {
    /// Serves an engine while `body` runs, which gets the server and its port.
    static func run<Result: Sendable>(
        _ engine: JobEngine, _ configuration: JobServerConfiguration = JobServerConfiguration(port: 0),
        _ body: (JobServer, Int) async throws -> Result
    ) async throws -> Result {
        let (ports, onPort) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let server = try JobServer(engine: engine, configuration: configuration, logger: logger) {
            onPort.yield($0)
        }
        let serving = Task { try await server.run() }
        defer { serving.cancel() }
        let result = try await body(server, await ports.first { _ in true } ?? 0)
        serving.cancel()
        _ = await serving.result
        return result
    }
}

/// A job whose events a scenario writes itself, many to a commit, because it is about those who read them.
struct WrittenJob: Sendable {
    let id: JobID
    private let engine: JobEngine
    private let token: LeaseToken

    /// Begins one on an engine that does not run.
    init(on engine: JobEngine) async throws {
        self.engine = engine
        (id, token) = try await AppendScenario.startJobs(engine, count: 1)[0]
    }

    /// Writes events of 300 bytes.
    func write(_ count: Int) async throws {
        let (id, token) = (id, token)
        let payload = Payload.inline(.string(String(repeating: "x", count: 120)))
        let command = WorkCommand.emit(AppEmitted(name: "tick", payload: payload))
        for start in stride(from: 0, to: count, by: 1_000) {
            try await engine.log.write { transaction in
                for _ in start..<min(start + 1_000, count) {
                    try transaction.execute(.work(token, command), on: id, by: .worker("bench"))
                }
            }
        }
    }

    /// Where the log ends.
    func head() async throws -> Int64 { try await engine.log.read { try $0.head().position.value } }
}

/// A promise that a measurement found broken.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String
}
