import ServiceLifecycle
import UnixSignals

/// Lets Ctrl-C, and a reader that goes, end a command that follows something.
enum Interruption {
    /// Runs `body` until it ends, the process is asked to stop, or nobody reads the output; both cancel it.
    ///
    /// - Throws: What `body` throws; `CommandFailure` with the code `interrupted` after a signal;
    ///   `OutputError.closedPipe` when the reader has gone.
    static func watch(
        _ surroundings: CommandSurroundings, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard surroundings.handlesSignals else { return try await body() }
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in signals { return true }
                return false
            }
            group.addTask {
                try await body()
                return false
            }
            group.addTask {
                if try await ReaderWatch.wait(for: surroundings.output) { throw OutputError.closedPipe }
                return false
            }
            let wasInterrupted = try await group.next() ?? false
            group.cancelAll()
            guard wasInterrupted else { return }
            // The body may still hold text that was not written out.
            _ = try await group.next()
            throw CommandFailure(.interrupted, "")
        }
    }
}
