import NIOHTTP1
import Subprocess
import Testing

@Suite("Killed retention", .timeLimit(.minutes(5)))
struct PruneKillTests {
    private static let jobs = 1_500

    @Test func `a prune killed in the middle leaves a sound log beside a server, and the next one ends it`()
        async throws
    {
        let place = try Workplace()
        try await Server.run(place) { server in
            let names = try await server.enqueueColdJobs(Self.jobs)
            let cancel = ["bulk", "cancel", "--url", server.url, "--kind", "cold.job"]
            #expect(try await BuiltCommand.run(cancel).output.contains("\(Self.jobs) changed"))
            let head = try await BuiltCommand.run(["head", "--url", server.url]).lines[0]

            let prune = ["prune", "--db", place.database, "--older-than", "0s", "--reason", "rule 7"]
            let status = try await BuiltCommand.killWhilePruning(prune, place.database)
            #expect(status == .signaled(9), "the command had ended already: \(status)")
            let verify = ["verify", "--db", place.database, "--head", head]
            let middle = try await BuiltCommand.run(verify)
            #expect(middle.output.contains("All is sound"), "\(middle.output)")

            let rest = try await BuiltCommand.run(prune)
            #expect(rest.output.contains(" pruned."), "\(rest.output)")
            let end = try await BuiltCommand.run(verify)
            #expect(end.output.contains("All is sound"), "\(end.output)")
            #expect(
                try await BuiltCommand.run(["jobs", "--url", server.url]).output == "There are no jobs yet.\n"
            )
            for name in [names[0], names[Self.jobs - 1]] {
                #expect(try await server.send(.GET, "/v1/jobs/\(name)").status == 410)
            }
        }
    }
}
