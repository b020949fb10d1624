import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastServer
import HoldfastTesting
import ReferenceApps
import ServerTestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TestServer {
    /// Runs a body against all applications, mounted as in the program, with their offline models, a store in memory, a
    /// clock that a test moves, and a folder that is removed afterwards.
    ///
    /// - Parameters:
    ///   - adjust: Changes the configurations, such as to let guests in (`Guest.authentication()`).
    ///   - body: Gets the server.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` throws; or why the server could not begin.
    static func runApps<Result>(
        _ adjust: (inout JobServerConfiguration, inout EngineConfiguration) throws -> Void = { _, _ in },
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.path + "/holdfast-apps-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await runJobs(
            of: { engine in
                let apps = AppCollection(engine: engine, models: ModelChoice(service: nil), folder: folder)
                apps.register()
                return { holdfast, table in apps.add(to: &table, of: holdfast) }
            }, adjust, body)
    }

    /// Starts a job of an application, and gives what is at a field of the answer, such as its id.
    func start(
        _ path: String, _ body: String, expecting field: String, headers: [String: String] = [:]
    ) async throws -> String {
        let answer = try await send("POST", path, headers: headers, body: body)
        try #require(answer.status == 202, "\(answer.status): \(answer.body)")
        let fields = try answer.fields()
        #expect(fields.keys == [field])
        return try #require(try fields.string(field))
    }

    /// Reads an application's stream to its end: every block as its lines stood on the wire.
    func blocks(
        _ path: String, cursor: String? = nil, headers: [String: String] = [:]
    ) async throws -> [ViewedBlock] {
        var headers = headers
        headers["Last-Event-ID"] = cursor
        var stream = try await WireStream(self, path, headers: headers)
        try #require(stream.head.status == 200, "\(path): \(stream.head.status)")
        return try await stream.viewedBlocks()
    }

    /// Reads so many events from the beginning of an application's stream.
    func blocks(_ path: String, events count: Int) async throws -> [ViewedBlock] {
        var stream = try await WireStream(self, path)
        let events = try await stream.viewedEvents(count)
        await stream.cut()
        return events
    }
}
