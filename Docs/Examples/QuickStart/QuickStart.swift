import Holdfast

/// Asks for a countdown: the input of a job, stored as JSON.
struct Countdown: Job {
    static let kind: JobKind = "countdown"
    typealias Output = String
    var from: Int
}

/// Counts down, one recorded step a second.
struct CountdownHandler: JobHandler {
    func run(_ job: Countdown, _ context: JobContext) async throws -> String {
        for number in stride(from: job.from, to: 0, by: -1) {
            try await context.step("count") {
                print("     \(number)")
                try await Task.sleep(for: .seconds(1))
            }
            context.progress(job.from - number + 1, of: job.from)
        }
        return "lift-off"
    }
}

@main
struct QuickStart {
    static func main() async throws {
        let engine = try JobEngine(SQLiteStore(path: "quickstart.db"))
        engine.register(CountdownHandler())

        // While a job of this key is unfinished, this call gives that job: a second start goes on with it.
        let countdown = try await engine.enqueue(Countdown(from: 10), EnqueueOptions(key: "launch"))
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run() }
            group.addTask {
                for try await event in countdown.events() { print(event.position, event.event.kind.rawValue) }
                print(try await countdown.result())
            }
            // Whichever ends first: the job, or an engine that could not start.
            try await group.next()
            group.cancelAll()
        }
        await engine.close()
    }
}
