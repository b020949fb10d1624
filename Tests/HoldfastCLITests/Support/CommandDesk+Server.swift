import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastServer
import HoldfastStore
import Logging
import ServiceLifecycle
import Testing

@testable import HoldfastCLI

extension CommandDesk {
    /// Serves a database on a free port while `body` runs, with the clock of the desk and without handlers.
    ///
    /// `body` is given the address. An engine that runs takes care of leases and of operations on many jobs.
    func serving<Result>(
        _ path: String, access: AccessConfiguration = AccessConfiguration(), runsEngine: Bool = false,
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let engine = try JobEngine(try SQLiteStore(path: path), environment: environment, logger: quiet)
        var listening = JobServerConfiguration(port: 0)
        listening.access = access
        let (ports, ready) = AsyncStream<Int>.makeStream()
        let service: any Service =
            runsEngine
            ? try EngineService(engine, listening: listening, logger: quiet) { ready.yield($0) }
            : try JobServer(engine: engine, configuration: listening, logger: quiet) { ready.yield($0) }
        let services = ServiceGroup(services: [service], logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ready.finish() }
                try await services.run()
            }
            let port = try #require(await ports.first { _ in true }, "the server did not start")
            let outcome: Swift.Result<Result, any Error>
            do {
                outcome = .success(try await body("http://127.0.0.1:\(port)"))
            } catch {
                outcome = .failure(error)
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            await engine.close()
            return try outcome.get()
        }
    }
}
