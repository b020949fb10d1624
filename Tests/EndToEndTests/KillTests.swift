import Subprocess
import Testing

@Suite("Killed processes", .timeLimit(.minutes(5)))
struct KillTests {
    /// An event after which the server is killed.
    private static let moments = [
        "job.started", "step.completed hash#1", "step.started hash#4", "step.completed hash#6",
        "step.started hash#9",
    ]

    @Test func `a job that is killed five times ends with what find and sha256sum say`() async throws {
        let place = try Workplace()
        try place.fill(files: 2_000, bytes: 384 * 1024)
        let job = try #require(
            try await BuiltCommand.run([
                "enqueue", "inventory", "--db", place.database, "--input", place.input, "--any-kind",
                "--quiet",
            ]).lines.first)

        let tail = ["tail", job, "--db", place.database, "--from", "start", "--json"]
        let (seen, tailStatus) = try await BuiltCommand.run(tail) { tail in
            var lines = tail.lines.makeAsyncIterator()
            var seen: [String] = []
            for moment in Self.moments {
                try await Server.kill(place) { _ in try await read(&lines, into: &seen, through: moment) }
            }
            try await Server.run(place) { _ in
                try await read(&lines, into: &seen, through: "job.completed")
            }
            return seen
        }
        #expect(tailStatus == .exited(0), "a tail ends with its job")

        let history = try await BuiltCommand.run(["history", job, "--db", place.database, "--json"]).lines
        #expect(seen == history, "a tail that outlived five servers misses or repeats something")
        try expectHonest(try history.map { try Envelope(line: $0) })

        let entries = try place.manifestEntries()
        let reference = try await place.referenceHashes()
        #expect(entries.count == reference.count)
        #expect(entries.allSatisfy { reference[$0.path] == $0.sha256 })
    }

    @Test func `a demo that was killed goes on with the same job`() async throws {
        let place = try Workplace()
        try place.fill(files: 1_000, bytes: 384 * 1024)
        let demo = [
            "demo", "--db", place.database, "--dir", place.tree, "--output", place.manifest, "--port", "0",
        ]
        let (_, status) = try await BuiltCommand.run(demo) { command in
            var id: String?
            for await line in command.lines where line.hasPrefix("  job ") {
                id = line.split(separator: " ").last.map(String.init)
                break
            }
            let job = try #require(id, "the demo did not name its job")
            let tail = ["tail", job, "--db", place.database, "--from", "start", "--json"]
            _ = try await BuiltCommand.run(tail) { tail in
                var lines = tail.lines.makeAsyncIterator()
                var seen: [String] = []
                try await read(&lines, into: &seen, through: "step.completed hash#1")
                try command.kill()
                try tail.terminate()
            }
        }
        #expect(status == .signaled(9))
        let second = try await BuiltCommand.run(demo)
        #expect(second.status == .exited(0), "\(second.output)\(second.errors)")
        #expect(second.output.contains("It continues where it was"))
        #expect(second.output.contains("in 2 runs"))
        #expect(try place.manifestEntries().count == 1_000)
        let jobs = try await BuiltCommand.run(["jobs", "--db", place.database, "--json"]).lines
        #expect(jobs.count == 1)
    }

    /// Takes lines until one is about the given event, such as `step.started hash#4`.
    private func read(
        _ lines: inout AsyncStream<String>.Iterator, into seen: inout [String], through moment: String
    ) async throws {
        while let line = await lines.next() {
            seen.append(line)
            let event = try Envelope(line: line)
            if [event.kind, event.step].compactMap(\.self).joined(separator: " ") == moment { return }
        }
        Issue.record("the tail ended before \(moment)")
    }

    /// Checks what must be true of every history, however often its holders died.
    private func expectHonest(_ events: [Envelope]) throws {
        let recorded = events.filter { $0.kind == "step.completed" }.compactMap(\.step)
        #expect(Set(recorded).count == recorded.count, "a step was recorded twice")
        let began = events.filter { $0.kind == "step.started" }.compactMap(\.step)
        #expect(Set(began).isSuperset(of: recorded))
        #expect(began.count - recorded.count <= Self.moments.count, "more than the running steps ran again")
        let crashes = events.filter { $0.kind == "lease.expired" }
        #expect(crashes.map(\.data.cause) == Array(repeating: "process_died", count: Self.moments.count))
        #expect(events.filter { $0.kind == "job.started" }.count == Self.moments.count + 1)
        #expect(events.map(\.version) == Array(1...events.count))
    }
}
