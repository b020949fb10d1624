import Subprocess
import Testing

/// A `holdfast tail` of one job or of all, read line by line, which outlives the servers that it watches.
struct Tail {
    /// The events so far.
    private(set) var seen: [Envelope] = []
    private var lines: AsyncStream<String>.Iterator

    /// Follows a job from its first event while `body` runs.
    ///
    /// The job has to end in there, and the tail with it.
    static func run(
        _ job: String, in place: Workplace, _ body: (inout Tail) async throws -> Void
    ) async throws {
        let arguments = ["tail", job, "--db", place.database, "--from", "start", "--json"]
        let (_, status) = try await BuiltCommand.run(arguments) { command in
            var tail = Tail(lines: command.lines.makeAsyncIterator())
            try await body(&tail)
        }
        #expect(status == .exited(0), "a tail ends with its job")
    }

    /// Follows the whole log from its first event while `body` runs.
    static func run(all place: Workplace, _ body: (inout Tail) async throws -> Void) async throws {
        let arguments = ["tail", "--db", place.database, "--from", "start", "--json"]
        _ = try await BuiltCommand.run(arguments) { command in
            var tail = Tail(lines: command.lines.makeAsyncIterator())
            try await body(&tail)
            try command.terminate()
        }
    }

    private init(lines: AsyncStream<String>.Iterator) { self.lines = lines }

    /// Reads through the next event of a kind.
    @discardableResult
    mutating func read(through kind: String) async throws -> Envelope {
        while let line = await lines.next() {
            let event = try Envelope(line: line)
            seen.append(event)
            if event.kind == kind { return event }
        }
        throw TailEnded(kind: kind)
    }

    /// Serves until the job has an event of a kind, then kills the server.
    mutating func killServer(of place: Workplace, at kind: String) async throws {
        try await Server.kill(place) { _ in _ = try await read(through: kind) }
    }

    /// How often an event of a kind was read.
    func count(_ kind: String) -> Int { seen.count { $0.kind == kind } }
}

/// A tail ended before the event that a test waits for.
struct TailEnded: Error {
    let kind: String
}
