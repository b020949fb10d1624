import Subprocess
import Testing

@Suite("Streams of a real server", .timeLimit(.minutes(3)))
struct StreamTests {
    @Test func `a stream that is cut ten times adds up to the history, byte for byte`() async throws {
        let place = try Workplace()
        try place.fill(files: 3_000)
        try await Server.run(place) { server in
            let job = try await enqueue(place)
            var random = SystemRandomNumberGenerator()
            let cuts = (0..<10).map { _ in Int.random(in: 1...8, using: &random) }
            var blocks: [StreamBlock] = []
            for (number, cut) in cuts.enumerated() {
                let path = number == 0 ? "?from=start" : ""
                var stream = try await EventStream(
                    "\(server.url)/v1/jobs/\(job)/stream\(path)", lastEventID: blocks.last?.id)
                blocks += try await stream.stored(cut)
            }
            var stream = try await EventStream(
                "\(server.url)/v1/jobs/\(job)/stream", lastEventID: blocks.last?.id)
            blocks += try await stream.stored()
            let history = try await history(of: job, place)
            #expect(blocks.map(\.data) == history, "after cuts of \(cuts)")
            #expect(try blocks.map(\.id) == history.map { try Envelope(line: $0).position })
        }
    }

    @Test func `a finished job is replayed from any position after a restart`() async throws {
        let place = try Workplace()
        try place.fill(files: 500)
        let job = try await Server.run(place) { server in
            let job = try await enqueue(place)
            var stream = try await EventStream("\(server.url)/v1/jobs/\(job)/stream?from=start")
            _ = try await stream.stored()
            return job
        }
        let history = try await history(of: job, place)
        try await Server.run(place) { server in
            let url = "\(server.url)/v1/jobs/\(job)/stream"
            for (index, line) in history.enumerated().dropLast() {
                var stream = try await EventStream(url, lastEventID: try Envelope(line: line).position)
                let rest = try await stream.stored()
                #expect(rest.map(\.data) == Array(history[(index + 1)...]))
            }
            let last = try Envelope(line: try #require(history.last)).position
            #expect(try await EventStream(url, lastEventID: last).status == 204)
        }
    }

    @Test func `a stream begins with the job as it is`() async throws {
        let place = try Workplace()
        try await Server.run(place) { server in
            let job = try await enqueue(place, "--delay", "1d")
            var stream = try await EventStream("\(server.url)/v1/jobs/\(job)/stream")
            let names = [
                try await stream.next()?.event, try await stream.next()?.event,
                try await stream.next()?.event,
            ]
            #expect(names == ["stream.open", "stream.snapshot", "stream.caught_up"])
            let cancelled = try await BuiltCommand.run(["cancel", job, "--db", place.database, "--by", "ana"])
            #expect(cancelled.status == .exited(0))
            let event = try #require(try await stream.next())
            #expect(event.event == "job.cancelled", "a command of another process shows up in the stream")
            #expect(try await history(of: job, place).last == event.data)
        }
    }

    private func enqueue(_ place: Workplace, _ more: String...) async throws -> String {
        let outcome = try await BuiltCommand.run(
            ["enqueue", "inventory", "--db", place.database, "--input", place.input, "--quiet"] + more)
        return try #require(outcome.lines.first, "\(outcome.errors)")
    }

    private func history(of job: String, _ place: Workplace) async throws -> [String] {
        try await BuiltCommand.run(["history", job, "--db", place.database, "--json"]).lines
    }
}
