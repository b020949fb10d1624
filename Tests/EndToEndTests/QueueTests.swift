import NIOHTTP1
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
        try await Server.kill(place) { _ = try await Server($0) }
        try await Server.run(place) { _ in
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

    @Test func `two processes on one file start a hundred jobs a second together, and no more`() async throws
    {
        let place = try Workplace(.newsroom)
        let jobs = 400
        let starts = try await Server.run(place) { one in
            let limited = try await holdfast(place, "queue", "set", "default", "--rate", "100/1s")
            #expect(limited.status.isSuccess)
            try await one.send(.POST, "/v1/queues/default/pause", "{}").mustSucceed()
            for _ in 1...jobs { try await one.send(.POST, "/orders", "ana").mustSucceed() }
            return try await Server.run(place) { two in
                try await two.send(.POST, "/v1/queues/default/resume", "{}").mustSucceed()
                var starts: [Envelope] = []
                try await Tail.run(all: place) { tail in
                    for _ in 1...jobs { starts.append(try await tail.read(through: "job.started")) }
                }
                return starts
            }
        }
        #expect(Set(starts.map(\.data.engine)).count == 2, "both processes took part")
        // How close they come from below depends on what else the machine does; a test on a clock of its own shows that.
        let moments = try starts.map { try $0.moment }
        for start in moments {
            #expect(moments.count { $0 >= start && $0 < start + .seconds(1) } <= 105)
        }
    }

    @Test(arguments: [3, 4])
    func `two processes on one file run as many jobs at once as their queue allows, and no more`(
        limit: Int
    ) async throws {
        let place = try Workplace()
        try place.fill(files: 3, bytes: 4 << 20)
        let jobs = 40
        for number in 0..<jobs {
            let input = #"{"path":"\#(place.tree)","output":"\#(place.path)/manifest-\#(number).jsonl"}"#
            let enqueued = try await holdfast(place, "enqueue", "inventory", "--input", input, "--any-kind")
            #expect(enqueued.status.isSuccess)
        }
        // One process runs two, so that three are more than either runs alone.
        let set = try await holdfast(
            place, "queue", "set", "default", "--concurrency", "\(limit)", "--per-process", "2")
        #expect(set.status.isSuccess)
        let most = try await Server.run(place) { _ in
            try await Server.run(place) { _ in
                let tail = ["tail", "--db", place.database, "--from", "start", "--json"]
                return try await BuiltCommand.run(tail) { tail in
                    var (running, most, completed) = (0, 0, 0)
                    for await line in tail.lines where completed < jobs {
                        if line.contains(#""kind":"job.started""#) { running += 1 }
                        if line.contains(#""kind":"job.completed""#) {
                            (running, completed) = (running - 1, completed + 1)
                        }
                        most = max(most, running)
                        if completed == jobs { try tail.terminate() }
                    }
                    return most
                }.result
            }
        }
        #expect(most == limit)
    }
}
