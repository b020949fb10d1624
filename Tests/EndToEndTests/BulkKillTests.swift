import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Subprocess
import Testing

@Suite("Killed bulk operations", .timeLimit(.minutes(5)))
struct BulkKillTests {
    private static let jobs = 3_000

    @Test func `a command killed in the middle loses nothing, and a server goes on`() async throws {
        let place = try Workplace()
        try await Server.run(place) { try await fill($0) }

        let cancel = ["bulk", "cancel", "--db", place.database, "--kind", "cold.job"]
        let (_, status) = try await BuiltCommand.run(cancel) { command in
            for await _ in command.lines { break }
            try command.kill()
        }
        #expect(status == .signaled(9), "the command had ended already: \(status)")

        try await Server.run(place) { _ in
            let tail = ["tail", "--db", place.database, "--from", "start", "--json"]
            _ = try await BuiltCommand.run(tail) { tail in
                for await line in tail.lines where line.contains(#""kind":"bulk.finished""#) { break }
                try tail.terminate()
            }
        }
        let list = try await BuiltCommand.run(["bulk", "list", "--db", place.database])
        #expect(list.output.contains("done, \(Self.jobs) met, \(Self.jobs) changed, 0 refused"))
        let cancelled = try await BuiltCommand.run([
            "jobs", "--db", place.database, "--state", "cancelled", "--limit", "10000", "--json",
        ])
        #expect(cancelled.lines.count == Self.jobs)
        // Enqueued and cancelled, each once.
        #expect(cancelled.lines.allSatisfy { $0.contains(#""version":2"#) })
    }

    /// Enqueues jobs that nobody can run, a few at a time.
    private func fill(_ server: Server) async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<10 {
                group.addTask {
                    for _ in 0..<(Self.jobs / 10) {
                        var request = HTTPClientRequest(url: "\(server.url)/v1/jobs")
                        request.method = .POST
                        request.body = .bytes(Array(#"{"kind":"cold.job","any_kind":true}"#.utf8))
                        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
                        #expect(answer.status.code == 201)
                        _ = try await answer.body.collect(upTo: 1 << 16)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
