import Foundation
import NIOHTTP1
import Testing

/// The reference applications, whose server dies while they are watched.
@Suite("The reference applications, killed", .timeLimit(.minutes(5)))
struct AppKillTests {
    @Test(arguments: WatchedApp.all)
    func `killed at any moment, the same stream goes on, and no recorded step runs twice`(
        _ app: WatchedApp
    ) async throws {
        let place = try Workplace(.apps)
        var reader = AppReader(app: app)
        for _ in 1...4 {
            try await Server.kill(place) { command in
                let server = try await Server(command)
                if reader.id == nil { reader.id = try await app.start(on: server) }
                // Dies in the middle of whatever comes behind these.
                try await reader.read(.random(in: 0...5), from: server)
            }
        }
        try await Server.run(place) { server in
            try await reader.read(.max, from: server)
            try await reader.mustBeWhole(on: server)
        }
        let events = try await AppKillTests.history(in: place)
        let steps = events.filter { $0.kind == "step.completed" }
        #expect(steps.count > 2)
        #expect(Set(steps.map(\.step)).count == steps.count, "a recorded step ran again")
        // What is overwritten on purpose, after each iteration.
        let files = events.filter { $0.kind == "artifact.saved" && $0.data.name != "draft.json" }
            .map(\.data.name)
        #expect(Set(files).count == files.count, "a file was saved twice")
    }

    @Test func `a workflow that spent its budget stays paused over a crash, and goes on when that is raised`()
        async throws
    {
        let place = try Workplace(.apps)
        var reader = AppReader(app: .workflow(rounds: 4, #","budgetLimit":0.5"#))
        try await Server.kill(place) { command in
            let server = try await Server(command)
            reader.id = try await reader.app.start(on: server)
            try await reader.read(through: "budget:exceeded", from: server)
        }
        let path = "/api/workflows/\(reader.id ?? "")"
        try await Server.kill(place) { command in
            let server = try await Server(command)
            let state = try await server.send(.GET, path)
            #expect(state.body.contains(#""status":"paused""#), "\(state.body)")
            try await server.send(.POST, path + "/resume", #"{"budgetLimit":100}"#).mustSucceed()
            // The rest of a turn, and the crash is in the middle of another one.
            try await reader.read(through: "agent:completed", from: server)
        }
        try await Server.run(place) { server in
            try await reader.read(.max, from: server)
            try await reader.mustBeWhole(on: server)
            let state = try await server.send(.GET, path)
            #expect(state.body.contains(#""budgetLimit":100,"#), "\(state.body)")
        }
        let names = reader.seen.map(\.event)
        for name in ["budget:warning", "budget:exceeded", "workflow:completed"] {
            #expect(names.count { $0 == name } == 1, "\(name)")
        }
        let events = try await AppKillTests.history(in: place)
        #expect(events.count { $0.kind == "step.completed" && $0.data.name == "agent" } == 12)
        #expect(events.count { $0.kind == "budget.charged" } == 12, "each turn is paid for once")
    }

    /// The history of the only job that there is.
    static func history(in place: Workplace) async throws -> [Envelope] {
        let jobs = try await BuiltCommand.run(["jobs", "--json", "--db", place.database]).lines
        try #require(jobs.count == 1, "\(jobs)")
        let job = try JSONDecoder().decode(ListedJob.self, from: Data(jobs[0].utf8)).id
        let history = try await BuiltCommand.run(["history", job, "--json", "--db", place.database])
        return try history.lines.map { try Envelope(line: $0) }
    }

    /// The part of a line of `holdfast jobs` that is looked at.
    private struct ListedJob: Decodable { let id: String }
}
