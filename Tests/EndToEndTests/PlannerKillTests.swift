import NIOHTTP1
import Testing

/// The planner, whose server dies while its sessions wait for people.
@Suite("The planner, killed while it waits", .timeLimit(.minutes(5)))
struct PlannerKillTests {
    @Test func `two sessions wait at once, outlive the server, and each goes its own way`() async throws {
        let place = try Workplace(.apps)
        let app = WatchedApp.plan("max_iterations=2&checkpoint_interval=1")
        var readers = ["one", "two"].map { AppReader(app: app, id: $0) }
        try await Server.kill(place) { command in
            let server = try await Server(command)
            for index in readers.indices {
                try await readers[index].read(through: "checkpoint_reached", from: server)
            }
        }
        try await Server.kill(place) { command in
            let server = try await Server(command)
            for reader in readers {
                // Somebody who comes now is shown the same checkpoint, with the same ids.
                var other = AppReader(app: app, id: reader.id)
                try await other.read(through: "checkpoint_reached", from: server)
                #expect(other.seen == reader.seen)
            }
            #expect(try await decide(1, in: "one", on: server).status == 200)
            try await readers[0].read(through: "checkpoint_approved", from: server)
        }
        try await Server.run(place) { server in
            #expect(try await decide(1, in: "one", on: server).status == 200, "it was decided so before")
            let other = try await decide(1, in: "one", #","decision":"reject""#, on: server)
            #expect(other.status == 409)
            try await readers[0].read(through: "checkpoint_reached", from: server)
            #expect(try await decide(2, in: "one", on: server).status == 200)
            let rejection = #","decision":"reject","reason":"too dear""#
            #expect(try await decide(1, in: "two", rejection, on: server).status == 200)
            for index in readers.indices {
                try await readers[index].read(.max, from: server)
                try await readers[index].mustBeWhole(on: server)
            }
        }
        let iteration = ["iteration_started"] + Array(repeating: "iteration_progress", count: 3)
        let round = iteration + ["checkpoint_reached"]
        #expect(
            readers[0].seen.map(\.event)
                == ["planning_started"] + round + ["checkpoint_approved"] + round
                + ["checkpoint_approved", "final_plan", "complete"])
        #expect(
            readers[1].seen.map(\.event)
                == ["planning_started"] + round + ["checkpoint_rejected", "complete"])
    }

    @Test func `a deadline that passes while no server runs is a rejection at the next start`() async throws {
        let place = try Workplace(.apps, ["PATIENCE": "1"])
        var reader = AppReader(app: .plan("max_iterations=2&checkpoint_interval=1"), id: "mine")
        try await Server.kill(place) { command in
            try await reader.read(through: "checkpoint_reached", from: try await Server(command))
        }
        try await Server.run(place) { server in
            try await reader.read(.max, from: server)
            try await reader.mustBeWhole(on: server)
            #expect(try await decide(1, in: "mine", on: server).status == 409)
        }
        #expect(reader.seen.suffix(2).map(\.event) == ["checkpoint_rejected", "complete"])
        #expect(reader.seen.suffix(2).first?.data == #"{"checkpoint":1,"reason":"deadline"}"#)
        let kinds = try await AppKillTests.history(in: place).map(\.kind)
        #expect(kinds.count { $0 == "checkpoint.expired" } == 1)
    }

    private func decide(
        _ checkpoint: Int, in session: String, _ more: String = "", on server: Server
    ) async throws -> Server.Answer {
        try await server.send(
            .POST, "/api/checkpoint-approval",
            #"{"session_id":"\#(session)","checkpoint":\#(checkpoint)\#(more)}"#)
    }
}
