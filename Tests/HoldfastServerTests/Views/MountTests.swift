import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastTesting
import Hummingbird
import Testing

@Suite("Parts of the API on a router of one's own", .timeLimit(.minutes(1)))
struct MountTests {
    @Test func `only what was chosen is there, and the document tells of nothing else`() async throws {
        for (parts, here, missing) in [
            (APISelection.streams, "v1/stream", "v1/queues"), ([.queues, .bulk], "v1/queues", "v1/jobs"),
            (.jobs, "v1/jobs", "v1/schedules"),
        ] {
            let paths = try await mounted([parts, .document])
            #expect(paths.contains("/\(here)"))
            #expect(!paths.contains("/\(missing)"))
        }
        #expect(try await mounted(.all).count > 30)
        #expect(try await mounted(.document) == ["/healthz", "/metrics", "/readyz", "/v1/openapi.json"])
    }

    /// The paths that the document of a router tells of, which has some parts.
    private func mounted(_ parts: APISelection) async throws -> [String] {
        let engine = try JobEngine(InMemoryStore())
        let router = Router()
        HoldfastRoutes(engine: engine).add(parts, to: router.group("engine"))
        let (ports, ready) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { ready.yield($0.localAddress?.port ?? 0) }, logger: TestServer.quiet)
        let answer = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService() }
            let port = try #require(await ports.first { _ in true })
            defer { group.cancelAll() }
            return try await WireConnection.exchange(port: port, "GET", "/engine/v1/openapi.json")
        }
        await engine.close()
        return (try answer.fields().object("paths")?.keys ?? []).sorted()
    }
}
