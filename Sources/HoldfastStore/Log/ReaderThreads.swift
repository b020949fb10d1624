import Dispatch
import Synchronization

/// Runs reads on a few threads of their own, each with a connection of its own.
///
/// A read is one short transaction: no statement is open while anything is awaited, so the write-ahead log
/// can always be
/// folded back into the database.
final class ReaderThreads: Sendable {
    private struct State {
        var queue: [@Sendable (any StorageReader) -> Void] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let count: Int

    init(backend: any StorageBackend, count: Int, threads: DispatchGroup) throws(StoreError) {
        self.count = max(1, count)
        for _ in 0..<self.count {
            let reader = UncheckedTransfer(try backend.openReader())
            DedicatedThread.start(in: threads) { [self] in
                while let job = next() { job(reader.value) }
            }
        }
    }

    /// Runs a read.
    ///
    /// - Throws: What `body` throws, or `StoreError.closed` after `stop`.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (any StorageReader) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            let accepted = state.withLock { state -> Bool in
                guard !state.isStopped else { return false }
                state.queue.append { reader in
                    continuation.resume(with: Swift.Result { try body(reader) })
                }
                return true
            }
            if accepted {
                wake.signal()
            } else {
                continuation.resume(
                    throwing: StoreError(.closed, operation: "read", reason: "the log is closed"))
            }
        }
    }

    /// Lets the threads end after what was asked for already.
    func stop() {
        state.withLock { $0.isStopped = true }
        for _ in 0..<count { wake.signal() }
    }

    private func next() -> (@Sendable (any StorageReader) -> Void)? {
        while true {
            wake.wait()
            let (job, isStopped) = state.withLock { state in
                (state.queue.isEmpty ? nil : state.queue.removeFirst(), state.isStopped)
            }
            if let job { return job }
            if isStopped { return nil }
        }
    }
}
