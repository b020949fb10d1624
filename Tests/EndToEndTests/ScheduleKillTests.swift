import Foundation
import Subprocess
import Testing

@Suite("Schedules of killed processes", .timeLimit(.minutes(5)))
struct ScheduleKillTests {
    /// What the test reads of an event.
    private struct Event: Decodable {
        struct Values: Decodable {
            private enum Key: String, CodingKey { case due, job }

            let due: String?
            /// The id of a job; other events hold other things under that name.
            let job: String?

            init(from decoder: any Decoder) throws {
                let values = try decoder.container(keyedBy: Key.self)
                due = try? values.decode(String.self, forKey: .due)
                job = try? values.decode(String.self, forKey: .job)
            }
        }

        let job: String?
        let kind: String
        let at: String
        let data: Values
    }

    @Test func `whenever servers are killed, each due moment is run once at most and never early`()
        async throws
    {
        let place = try Workplace()
        let set = try await BuiltCommand.run([
            "schedule", "set", "tick", "--db", place.database, "--every", "1s", "--kind", "tick",
            "--any-kind",
            "--overlap", "allow", "--missed", "once",
        ])
        #expect(set.status == .exited(0), "\(set.errors)")
        let tail = ["tail", "--db", place.database, "--from", "start", "--json"]
        let (seen, _) = try await BuiltCommand.run(tail) { tail in
            var seen: [Event] = []
            var lines = tail.lines.makeAsyncIterator()
            for _ in 1...3 {
                try await Server.kill(place) { _ in
                    try await Self.read(&lines, into: &seen, through: "schedule.fired")
                }
            }
            try await Server.run(place) { _ in
                try await Self.read(&lines, into: &seen, through: "schedule.fired")
                try await Self.read(&lines, into: &seen, through: "schedule.fired")
            }
            try await Self.read(&lines, into: &seen, through: "engine.workerLeft")
            try tail.terminate()
            return seen
        }
        let runs = seen.filter { $0.kind == "schedule.fired" }
        #expect(runs.count >= 5)
        let dues = runs.compactMap(\.data.due)
        #expect(dues == Array(Set(dues)).sorted(), "a due moment was run twice, or out of order")
        for run in runs { #expect(run.at >= run.data.due ?? "", "a run was early") }
        let jobs = seen.filter { $0.kind == "job.enqueued" }.compactMap(\.job)
        #expect(jobs == runs.compactMap(\.data.job), "a run without its job, or a job without its run")
    }

    /// Takes lines up to the next event of a kind.
    private static func read(
        _ lines: inout AsyncStream<String>.Iterator, into seen: inout [Event], through kind: String
    ) async throws {
        while let line = await lines.next() {
            seen.append(try JSONDecoder().decode(Event.self, from: Data(line.utf8)))
            if seen.last?.kind == kind { return }
        }
        Issue.record("the tail ended before \(kind)")
    }
}
