import Dispatch
import HoldfastCore
import HoldfastStore
import Synchronization

extension Connection {
    /// Reads the log on a thread of its own, and folds on this one what that has read.
    ///
    /// It is called within one read transaction. Both take about as long, so together they take half as long as one after the other.
    ///
    /// - Parameters:
    ///   - fold: Where the events go.
    ///   - progress: Is told on this thread through which position the log is folded.
    ///   - read: Reads the log with the connection and adds the events to the filling, on the other thread.
    /// - Returns: How reading ended, and how folding did, which also ends with what kept `read` from going on.
    func fold<Outcome: Sendable>(
        into fold: ScratchFold, progress: (EventLogPosition) throws(StoreError) -> Void,
        read: @escaping @Sendable (Connection, inout EventPipeFilling) throws(StoreError) -> Outcome
    ) -> (reading: Result<Outcome, StoreError>, folding: Result<Void, StoreError>) {
        let pipe = EventPipe()
        let outcome = ReadingOutcome<Outcome>()
        // Until the other thread has ended, this one leaves the connection alone.
        let connection = UncheckedTransfer(self)
        let reading = DispatchGroup()
        DedicatedThread.start(in: reading) {
            var filling = EventPipeFilling(pipe)
            do throws(StoreError) {
                let read = try read(connection.value, &filling)
                filling.finish()
                outcome.value.withLock { $0 = .success(read) }
            } catch {
                filling.finish(error)
                outcome.value.withLock { $0 = .failure(error) }
            }
        }
        let folding = Result { () throws(StoreError) in try fold.run(pipe, progress: progress) }
        reading.wait()
        return (outcome.value.withLock(\.self), folding)
    }
}

/// What a thread that reads leaves behind.
private final class ReadingOutcome<Outcome: Sendable>: Sendable {
    let value = Mutex(
        Result<Outcome, StoreError>.failure(
            StoreError(.unavailable, operation: "read the log", reason: "it was not read")))
}
