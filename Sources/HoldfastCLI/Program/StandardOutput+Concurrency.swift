import Dispatch

extension StandardOutput {
    /// Where writes wait for slow readers; concurrent, because each caller awaits its own.
    private static let queue = DispatchQueue(label: "holdfast.output", attributes: .concurrent)

    /// Writes text and hands it to the system, without holding up a thread that tasks share.
    ///
    /// - Throws: `OutputError`, as `write(_:)`.
    func send(_ text: String) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Self.queue.async {
                continuation.resume(
                    with: Result {
                        try self.write(text)
                        try self.flush()
                    })
            }
        }
    }
}

extension CommandSurroundings {
    /// Writes one JSON value as a line.
    ///
    /// A pipe gets the very bytes that are stored; on a terminal, what could steer it is written as JSON
    /// escapes.
    func json(_ text: String) -> String {
        (outputStyle().isTerminal ? ScalarEscape.jsonForTerminal(text) : text) + "\n"
    }
}
