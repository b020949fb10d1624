/// One part of an answer that comes piece by piece.
public enum ModelPiece: Hashable, Sendable {
    /// The next part of the text, never empty.
    case text(String)
    /// The whole answer with its usage and cost; the last piece.
    case end(ModelAnswer)
}

/// An answer that comes piece by piece: parts of the text, then the whole answer, then the end.
///
/// A piece is taken from the model when it is awaited, so a slow reader slows the model down and nothing piles up. Cancel the
/// task, or drop the iterator, and the call ends on the other side too.
public struct ModelStream: AsyncSequence, Sendable {
    /// Gives the next piece; nil after the last.
    public typealias Source = () async throws -> ModelPiece?

    private let begin: @Sendable () -> Source

    /// Makes a stream of what begins each iteration.
    ///
    /// - Parameter begin: Gives the source of one iteration; it is asked for one piece at a time.
    public init(_ begin: @escaping @Sendable () -> Source) { self.begin = begin }

    /// Begins an iteration.
    public func makeAsyncIterator() -> Iterator { Iterator(source: begin()) }

    /// Takes the pieces of one iteration.
    public struct Iterator: AsyncIteratorProtocol {
        private var source: Source?

        init(source: @escaping Source) { self.source = source }

        /// Waits for the next piece; nil after the last one and after an error.
        ///
        /// - Throws: `ModelError`; `CancellationError` when the task is cancelled.
        public mutating func next() async throws -> ModelPiece? {
            guard let source else { return nil }
            self.source = nil
            guard let piece = try await source() else { return nil }
            if case .text = piece { self.source = source }
            return piece
        }
    }

    /// Takes the pieces until the answer is whole.
    ///
    /// - Parameter show: Is told each part of the text as it comes, such as to let people see it.
    /// - Returns: The whole answer.
    /// - Throws: `ModelError`; `CancellationError` when the task is cancelled; what `show` throws, which ends the call.
    public func answer(_ show: (String) async throws -> Void = { _ in }) async throws -> ModelAnswer {
        for try await piece in self {
            switch piece {
            case .text(let text): try await show(text)
            case .end(let answer): return answer
            }
        }
        throw ModelError(.brokenOff, "the answer ended before it was whole")
    }
}
