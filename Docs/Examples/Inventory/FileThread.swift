import Dispatch
import Synchronization

/// Runs blocking file work away from the threads that Swift's tasks share.
///
/// Those are as many as the machine has cores: a task that waits for a disk on one of them holds up
/// all the others. A serial queue has a thread of its own while it has work, and none while it is
/// idle.
package final class FileThread: Sendable {
    private let queue: DispatchQueue

    /// Creates a thread; its name shows in debuggers.
    package init(name: String) {
        queue = DispatchQueue(label: name)
    }

    /// Runs `body` and returns its result; the calling task is suspended until then, its thread is
    /// not.
    ///
    /// Calls run one after another, in the order in which they came.
    /// - Parameter body: Gets a function that throws `CancellationError` once the calling task was
    ///   cancelled. It should be called often: cancelling does not end `body` by itself, and this
    ///   function does not return before it ended.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` throws, and `CancellationError` when the task was cancelled before its
    ///   turn came.
    package func run<Result: Sendable>(
        _ body: @escaping @Sendable (_ checkCancellation: () throws -> Void) throws -> Result
    ) async throws -> Result {
        let cancellation = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async {
                    continuation.resume(
                        with: Swift.Result {
                            try cancellation.check()
                            return try body(cancellation.check)
                        })
                }
            }
        } onCancel: {
            cancellation.raise()
        }
    }
}

/// Carries a task's cancellation to a thread that runs no task.
private final class CancellationFlag: Sendable {
    private let isRaised = Atomic(false)

    func raise() {
        isRaised.store(true, ordering: .relaxed)
    }

    func check() throws {
        if isRaised.load(ordering: .relaxed) { throw CancellationError() }
    }
}
