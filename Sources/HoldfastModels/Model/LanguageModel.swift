/// Answers requests with text: one on this machine or one behind a network.
///
/// A call costs time and money and gives another answer the next time, so it belongs in `context.step`: what was
/// answered is recorded then, and is asked for once.
public protocol LanguageModel: Sendable {
    /// What the model is called, such as `gpt-4.1-mini` or `offline model (recipes)`.
    var name: String { get }

    /// Asks for an answer and waits until it is whole.
    ///
    /// - Throws: `ModelError`; `CancellationError` when the task is cancelled, which ends the call on the other side too.
    func complete(_ request: ModelRequest) async throws -> ModelAnswer

    /// Asks for an answer that comes piece by piece.
    ///
    /// Nothing is asked before the first piece is awaited, and each time that the sequence is iterated the model is
    /// asked anew.
    func stream(_ request: ModelRequest) -> ModelStream
}
