import HoldfastSQLite
import StoreConformance
import Testing

/// What every store promises, on SQLite files of their own.
@Suite("Conformance of the SQLite store")
struct SQLiteConformanceTests {
    private static let factory = StoreFactory("SQLite") {
        let folder = try TemporaryFolder()
        let path = folder.file()
        return ConformanceStorage(
            try SQLiteStore(path: path), reopen: { try SQLiteStore(path: path) }, remove: { _ = folder })
    }

    @Test(arguments: ConformanceCase.all)
    func `the store keeps what every store promises`(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: SQLiteConformanceTests.factory)
    }
}
