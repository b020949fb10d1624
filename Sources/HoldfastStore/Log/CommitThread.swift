import Dispatch
import HoldfastCore
import Synchronization

/// One command on its way to the writer's thread.
struct WriteRequest: Sendable {
    /// False for what may wait a little for a transaction to join.
    let isUrgent: Bool
    /// Runs the command; called again when a shared transaction had to be given up.
    let run: @Sendable (LogTransaction) throws -> @Sendable () -> Void
    /// Says that the command failed and left no trace.
    let fail: @Sendable (any Error) -> Void
}

/// The one writer: a thread that gathers commands while the transaction before is being synced, and commits
/// them
/// together.
///
/// An idle writer commits at once. A command that throws takes no other down. What is not urgent waits for
/// company, at
/// most for the configured time.
final class CommitThread: Sendable {
    private enum Sleep {
        case awake
        /// Only what is urgent wakes it: it wakes by itself for the rest.
        case untilDeadline
        case untilWoken
    }

    private struct State {
        var queue: [WriteRequest] = []
        var urgent = 0
        var sleep = Sleep.awake
        /// When the first of those came that are not urgent and wait.
        var oldest: DispatchTime?
        var isStopped = false
        /// A batch was committed a moment ago, so more is to be expected: the thread does not sleep for longer than
        /// what may wait can wait, so that this does not have to wake it.
        var isWarm = false
    }

    private let state = Mutex(State())
    /// Something urgent may have come since the last batch was taken; to be looked at without the lock.
    private let isAwaited = Atomic(false)
    /// How long the thread looks for the next command before it sleeps: less than falling asleep and being woken takes.
    private static let watchfulness: UInt64 = 50_000
    private let wake = DispatchSemaphore(value: 0)
    private let deferral: Duration
    private let batchLimit: Int
    private let feed: LogFeed
    private let observer: (any CommitObserver)?
    private let assigned: Mutex<EventLogPosition>

    init(
        backend: any StorageBackend, feed: LogFeed, configuration: LogConfiguration,
        environment: LogEnvironment, observer: (any CommitObserver)?, threads: DispatchGroup
    ) throws(StoreError) {
        deferral = configuration.deferralLimit
        batchLimit = configuration.batchLimit
        self.feed = feed
        self.observer = observer
        assigned = Mutex(feed.head)
        let writer = UncheckedTransfer(try backend.openWriter())
        DedicatedThread.start(in: threads) { [self] in
            let transaction = LogTransaction(
                writer: writer.value, configuration: configuration, environment: environment)
            transaction.isObserved = self.observer != nil
            loop(transaction)
        }
    }

    /// The last position that this process wrote or is about to commit; what lies beyond it is of others.
    var lastAssigned: EventLogPosition { assigned.withLock { $0 } }

    /// Adds a command.
    ///
    /// After `stop` it fails at once.
    func submit(_ request: WriteRequest) {
        let (accepted, signal) = state.withLock { state -> (Bool, Bool) in
            guard !state.isStopped else { return (false, false) }
            state.queue.append(request)
            if request.isUrgent {
                state.urgent += 1
            } else if state.oldest == nil {
                state.oldest = .now()
            }
            let mustWake =
                switch state.sleep {
                case .awake: false
                case .untilDeadline: request.isUrgent || state.queue.count >= batchLimit
                case .untilWoken: true
                }
            if mustWake { state.sleep = .awake }
            return (true, mustWake)
        }
        if request.isUrgent { isAwaited.store(true, ordering: .releasing) }
        if signal { wake.signal() }
        if !accepted { request.fail(StoreError(.closed, operation: "write", reason: "the log is closed")) }
    }

    /// Lets the thread end once it has committed what was submitted.
    func stop() {
        let signal = state.withLock { state in
            state.isStopped = true
            defer { state.sleep = .awake }
            return state.sleep != .awake
        }
        if signal { wake.signal() }
    }

    private enum Next {
        case batch([WriteRequest])
        case sleep(until: DispatchTime?)
        case stop
    }

    private func loop(_ transaction: LogTransaction) {
        while true {
            switch next() {
            case .batch(let batch):
                isAwaited.store(false, ordering: .relaxed)
                process(batch, transaction)
                watch()
            case .sleep(nil): wake.wait()
            case .sleep(let until?): _ = wake.wait(timeout: until)
            case .stop: return
            }
        }
    }

    /// Returns when something urgent has come, or after a moment: whoever was answered often asks again at once.
    private func watch() {
        let end = DispatchTime.now().uptimeNanoseconds + CommitThread.watchfulness
        while !isAwaited.load(ordering: .acquiring), DispatchTime.now().uptimeNanoseconds < end {}
    }

    private func next() -> Next {
        let patience = DispatchTimeInterval.microseconds(Int(min(deferral.microsecondsRoundedUp, 1_000_000)))
        return state.withLock { state in
            state.sleep = .awake
            let now = DispatchTime.now()
            let due = state.oldest.map { $0 + patience }
            let isDue = due.map { $0 <= now } ?? false
            if state.urgent > 0 || !state.queue.isEmpty && (isDue || state.isStopped)
                || state.queue.count >= batchLimit
            {
                state.isWarm = true
                return .batch(takeBatch(&state))
            }
            if state.queue.isEmpty, state.isStopped { return .stop }
            guard due != nil || state.isWarm else {
                state.sleep = .untilWoken
                return .sleep(until: nil)
            }
            if due == nil { state.isWarm = false }
            state.sleep = .untilDeadline
            return .sleep(until: due ?? now + patience)
        }
    }

    private func takeBatch(_ state: inout State) -> [WriteRequest] {
        let batch: [WriteRequest]
        if state.queue.count <= batchLimit {
            batch = state.queue
            state.queue = []
            state.queue.reserveCapacity(batch.count)
            state.oldest = nil
        } else {
            batch = Array(state.queue.prefix(batchLimit))
            state.queue.removeFirst(batchLimit)
        }
        state.urgent -= batch.count { $0.isUrgent }
        return batch
    }

    private func process(_ batch: [WriteRequest], _ transaction: LogTransaction) {
        do {
            try commitTogether(batch, transaction)
        } catch {
            transaction.abandon()
            assigned.withLock { $0 = feed.head }
            let cause = (error as? SharedTransactionSpoiled)?.cause ?? error
            // A failure of the disk or of the lock is everybody's. Any other one is some command's: find out
            // whose.
            if batch.count == 1 || (cause as? StoreError)?.isRetryable == true {
                for request in batch { request.fail(cause) }
            } else {
                for request in batch { process([request], transaction) }
            }
        }
    }

    private func commitTogether(_ batch: [WriteRequest], _ transaction: LogTransaction) throws {
        let began = observer == nil ? 0 : DispatchTime.now().uptimeNanoseconds
        let head = try transaction.begin()
        if head.position > lastAssigned { feed.advance(to: head.position) }
        var outcomes: [@Sendable () -> Void] = []
        outcomes.reserveCapacity(batch.count)
        for request in batch {
            do {
                outcomes.append(try transaction.run(request.run))
            } catch let error as SharedTransactionSpoiled {
                throw error
            } catch {
                outcomes.append { request.fail(error) }
            }
        }
        assigned.withLock { $0 = transaction.head.position }
        let events = try transaction.commit()
        if let observer {
            let length = DispatchTime.now().uptimeNanoseconds - began
            observer.observe(CommitReport(commands: batch.count, events: events, nanoseconds: length))
        }
        feed.publish(events)
        for outcome in outcomes { outcome() }
    }
}

/// Hands a value that is not Sendable to the one thread that will use it.
///
/// @unchecked: the value is made by the creator of the thread, who keeps no reference to it, or leaves it alone until the
/// thread has ended.
package struct UncheckedTransfer<Value>: @unchecked Sendable {
    /// The value.
    package let value: Value

    /// Wraps a value for one thread.
    package init(_ value: Value) { self.value = value }
}
