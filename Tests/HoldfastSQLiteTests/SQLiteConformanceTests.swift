import Foundation
import HoldfastSQLite
import StoreConformance
import Testing

/// What every store promises, on SQLite files of their own.
@Suite struct SQLiteConformanceTests {
    private static let factory = StoreFactory("SQLite") {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appendingPathComponent("log.db").path
        return ConformanceStorage(try SQLiteStore(path: path)) {
            try SQLiteStore(path: path)
        } remove: {
            try? FileManager.default.removeItem(at: folder)
        }
    }

    @Test(arguments: ConformanceCase.all)
    func `the store keeps what every store promises`(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: SQLiteConformanceTests.factory)
    }
}
