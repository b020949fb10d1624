import Foundation
import NIOHTTP1
import Subprocess
import Testing

@Suite("Killed archiving", .timeLimit(.minutes(5)))
struct ArchiveKillTests {
    private static let jobs = 1_000

    @Test func `an archiving killed in the middle loses nothing beside a server, and the next one ends it`()
        async throws
    {
        let place = try Workplace()
        try await Server.run(place) { server in
            let names = try await server.enqueueColdJobs(Self.jobs)
            let cancel = ["bulk", "cancel", "--url", server.url, "--kind", "cold.job"]
            #expect(try await BuiltCommand.run(cancel).output.contains("\(Self.jobs) changed"))
            let history = ["history", names[0], "--json", "--db", place.database]
            let before = try await BuiltCommand.run(history).output

            let archive = ["archive", "--db", place.database, "--older-than", "0s", "--reason", "rule 7"]
            let status = try await BuiltCommand.killWhilePruning(archive, place.database)
            #expect(status == .signaled(9), "the command had ended already: \(status)")
            let verify = ["verify", "--db", place.database]
            let middle = try await BuiltCommand.run(verify)
            #expect(middle.output.contains("All is sound"), "\(middle.output)")
            #expect(middle.output.contains("1 segment of"), "\(middle.output)")

            let rest = try await BuiltCommand.run(archive)
            #expect(rest.output.contains(" archived."), "\(rest.output)")
            let end = try await BuiltCommand.run(verify)
            #expect(end.output.contains("All is sound"), "\(end.output)")
            #expect(end.output.contains("1 segment of"), "\(end.output)")
            #expect(try await BuiltCommand.run(history).output == before)
            #expect(
                try await BuiltCommand.run(["jobs", "--url", server.url]).output == "There are no jobs yet.\n"
            )
            let folder = "\(place.database).archive"
            let segment = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
            for name in [names[0], names[Self.jobs - 1]] {
                for path in ["/v1/jobs/\(name)", "/v1/jobs/\(name)/events"] {
                    let answer = try await server.send(.GET, path)
                    #expect(answer.status == 410, "\(path)")
                    #expect(answer.body.contains(#""segment":"\#(segment)""#), "\(path): \(answer.body)")
                }
            }
        }
    }
}
