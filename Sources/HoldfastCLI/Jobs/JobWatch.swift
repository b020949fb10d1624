import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Draws a list of jobs again and again, after commits of the log.
struct JobWatch: Sendable {
    /// The shortest time between two pictures.
    static let pause: Duration = .milliseconds(250)

    /// What is read and followed.
    let target: any CommandTarget
    /// Where it is drawn.
    let surroundings: CommandSurroundings
    /// Which jobs.
    let page: JobPages

    /// Draws until Ctrl-C.
    ///
    /// - Throws: What the target and the output throw; `CommandFailure` with the code `interrupted` after Ctrl-C.
    func run() async throws {
        // What is committed between the first picture and the beginning of the tail is in one of both.
        let (commits, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let start = StreamStart.after(try await target.head().position)
        try await Interruption.watch(surroundings) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { signal.finish() }
                    try await target.follow(nil, from: start) { _ in signal.yield() }
                }
                group.addTask { try await draw(after: commits) }
                // Neither ends by itself, and what ends one with an error ends the other one.
                for try await _ in group {}
            }
        }
    }

    private func draw(after commits: AsyncStream<Void>) async throws {
        var region = LiveRegion(style: surroundings.outputStyle())
        try await draw(in: &region)
        for await _ in commits {
            // The commits of this time are in one picture.
            try await surroundings.environment.sleep(Self.pause)
            try await draw(in: &region)
        }
        try Task.checkCancellation()
    }

    private func draw(in region: inout LiveRegion) async throws {
        var jobs: [JobState] = []
        _ = try await page.read(from: target) { jobs += $0 }
        let size = surroundings.outputStyle().size
        let table = JobTable(
            text: JobStateText(time: surroundings.time, now: surroundings.now), width: size.columns)
        let lines = jobs.isEmpty ? [StyledLine("No job fits.", .dim)] : table.lines(jobs)
        try await surroundings.output.send(
            region.frame(status: lines, size: size, at: surroundings.now.microseconds))
    }
}
