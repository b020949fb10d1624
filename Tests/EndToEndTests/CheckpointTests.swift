import Foundation
import NIOHTTP1
import Subprocess
import Testing

@Suite("Checkpoints of killed processes", .timeLimit(.minutes(2)))
struct CheckpointTests {
    @Test func `a job that waits for a person outlives its server, and is decided once, over HTTP`()
        async throws
    {
        let place = try Workplace()
        let job = try await enqueue(in: place)
        try await Tail.run(job, in: place) { tail in
            try await tail.killServer(of: place, at: "job.waiting")
            try await Server.run(place) { server in
                let inbox = try await server.send(.GET, "/v1/checkpoints")
                #expect(inbox.body.contains(job) && inbox.body.contains(#""words":3"#), "\(inbox.body)")
                let path = "/v1/jobs/\(job)/checkpoints/approve"
                let first = try await server.send(.POST, path, #"{"decision":"approve","reason":"fine"}"#)
                #expect(first.status == 200)
                try await tail.read(through: "job.completed")
                let page = try String(contentsOfFile: place.page, encoding: .utf8)
                #expect(page.contains("<p>Read me first.</p>"))

                let again = try await server.send(.POST, path, #"{"decision":"approve"}"#)
                #expect(again.status == 200)
                #expect(again.body == first.body)
                let other = try await server.send(.POST, path, #"{"decision":"reject"}"#)
                #expect(other.status == 409)
                let problem = try #require(
                    try JSONSerialization.jsonObject(with: Data(other.body.utf8)) as? [String: Any])
                let shown = try #require(problem["first"] as? [String: Any])
                #expect(shown["decision"] as? String == "approve")
                #expect(shown["reason"] as? String == "fine")
            }
        }
        let kinds = try await kinds(of: job, in: place)
        #expect(kinds.count { $0 == "checkpoint.decided" } == 1)
        #expect(kinds.count { $0 == "checkpoint.refused" } == 1)
        #expect(kinds.count { $0 == "step.completed" } == 2, "a step ran again")
        // Whoever waits holds no lease, so nothing crashed with the server.
        #expect(!kinds.contains("lease.expired"))
    }

    @Test func `a server killed before the job was put away finds the checkpoint open`() async throws {
        let place = try Workplace()
        let job = try await enqueue(in: place)
        try await Tail.run(job, in: place) { tail in
            try await tail.killServer(of: place, at: "checkpoint.opened")
            // Nobody serves: the command decides in the file.
            let approved = try await BuiltCommand.run(["approve", job, "approve", "--db", place.database])
            #expect(approved.status == .exited(0), "\(approved.errors)")
            try await Server.run(place) { _ in _ = try await tail.read(through: "job.completed") }
            #expect(tail.count("checkpoint.opened") == 1)
            #expect(tail.count("lease.expired") == 1)
        }
        #expect(FileManager.default.fileExists(atPath: place.page))
    }

    @Test func `a deadline that passes while nothing runs fires once, at the next start`() async throws {
        let place = try Workplace()
        let job = try await enqueue(in: place, more: #","timeout_hours":0.0005"#)
        try await Tail.run(job, in: place) { tail in
            try await tail.killServer(of: place, at: "checkpoint.opened")
            let inbox = try await BuiltCommand.run(["checkpoints", "--db", place.database, "--json"]).output
            let entry = try JSONDecoder().decode(Entry.self, from: Data(inbox.utf8))
            #expect(entry.job == job)
            // Both are RFC 3339 with six digits, so the order of the texts is that of the moments.
            var now = ""
            while now <= entry.deadline {
                now = try await BuiltCommand.shell("date -u +%Y-%m-%dT%H:%M:%S.%6NZ", []).lines.first ?? ""
            }
            try await Server.run(place) { _ in _ = try await tail.read(through: "job.cancelled") }
            let expired = try #require(tail.seen.first { $0.kind == "checkpoint.expired" })
            #expect(expired.at > entry.deadline)
        }
        // A further start finds nothing that is due.
        try await Server.run(place) { server in
            let late = try await server.send(
                .POST, "/v1/jobs/\(job)/checkpoints/approve", #"{"decision":"approve"}"#)
            #expect(late.status == 409)
            #expect(late.body.contains(#""reason":"deadline""#), "\(late.body)")
        }
        let kinds = try await kinds(of: job, in: place)
        #expect(kinds.count { $0 == "checkpoint.expired" } == 1)
        #expect(kinds.count { $0 == "job.cancelled" } == 1)
        #expect(!FileManager.default.fileExists(atPath: place.page))
    }

    /// The part of an inbox's entry that is looked at.
    private struct Entry: Decodable {
        let job: String
        let deadline: String
    }

    private func enqueue(in place: Workplace, more: String = "") async throws -> String {
        let input = #"{"title":"Notes","text":"Read me first.","output":"\#(place.page)"\#(more)}"#
        let outcome = try await BuiltCommand.run([
            "enqueue", "publish", "--db", place.database, "--input", input, "--any-kind", "--quiet",
        ])
        return try #require(outcome.lines.first, "\(outcome.errors)")
    }

    private func kinds(of job: String, in place: Workplace) async throws -> [String] {
        try await BuiltCommand.run(["history", job, "--db", place.database, "--json"]).lines
            .map { try Envelope(line: $0).kind }
    }
}
