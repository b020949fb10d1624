import Subprocess
import Testing

@Suite("Queues of real processes", .timeLimit(.minutes(2)))
struct QueueTests {
    private func holdfast(_ place: Workplace, _ arguments: String...) async throws -> BuiltCommand.Outcome {
        try await BuiltCommand.run(arguments + ["--db", place.database])
    }

    @Test func `a queue that was paused stays so when its server is killed, and goes on when resumed`()
        async throws
    {
        let place = try Workplace()
        try place.fill(files: 20)
        let enqueued = try await holdfast(
            place, "enqueue", "inventory", "--input", place.input, "--any-kind", "--quiet", "--limit-key",
            "tree")
        let job = try #require(enqueued.lines.first)
        #expect(try await holdfast(place, "queue", "pause", "default", "--reason", "audit").status.isSuccess)
        #expect(
            try await holdfast(place, "queue", "set", "default", "--per-key", "1", "--rate", "100/1s").status
                .isSuccess)
        let (_, status) = try await BuiltCommand.run(["serve", "--db", place.database, "--port", "0"]) {
            command in
            _ = try await Server(command)
            try command.kill()
        }
        #expect(status == .signaled(9))
        try await Server.run(place.database) { _ in
            let queues = try await holdfast(place, "queues", "--json")
            #expect(queues.output.contains(#""reason":"audit""#))
            #expect(queues.output.contains(#""rate":{"jobs":100,"window_us":1000000}"#))
            #expect(try await holdfast(place, "show", job).output.contains("queued"))
            #expect(try await holdfast(place, "queue", "resume", "default").status.isSuccess)
            let tail = try await holdfast(place, "tail", job, "--from", "start", "--json")
            #expect(tail.status.isSuccess)
            #expect(tail.output.contains("job.completed"))
        }
    }
}
