import ServiceLifecycle
import UnixSignals

/// Lets Ctrl-C end a command that follows something.
enum Interruption {
    /// Runs `body` until it ends or the process is asked to stop, which cancels it.
    ///
    /// - Throws: What `body` throws; `CommandFailure` with the code `interrupted` after a signal.
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
            let wasInterrupted = try await group.next() ?? false
            group.cancelAll()
            guard wasInterrupted else { return }
            // The body may still hold text that was not written out.
            _ = try await group.next()
            throw CommandFailure(.interrupted, "")
        }
    }
}
