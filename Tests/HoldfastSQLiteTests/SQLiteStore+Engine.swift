import HoldfastEngine
import HoldfastSQLite
import HoldfastTesting
import Logging

extension SQLiteStore {
    /// Gives a body an engine over the store that runs no jobs, and closes it then.
    func withEngine<Result>(_ body: (JobEngine) async throws -> Result) async throws -> Result {
        let engine = try JobEngine(
            self, environment: .testing(clock: ManualClock()),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        return try await engine.closing(after: body)
    }
}
