import HoldfastAPI
import HoldfastCore
import Synchronization

/// What one open stream and the hub share: signals in one direction, and how long a write takes in the other.
final class StreamTicket: Sendable {
    /// Why a stream that waits should look around.
    struct Wake: OptionSet, Sendable {
        let rawValue: UInt8
        /// The job may have new events.
        static let commit = Wake(rawValue: 1)
        /// It is time for a sign of life.
        static let heartbeat = Wake(rawValue: 2)
        /// The server stops.
        static let drain = Wake(rawValue: 4)
        /// The reader has waited for as long as it asked for.
        static let timeout = Wake(rawValue: 8)
    }

    private struct State {
        var wake: Wake = []
        var isDraining = false
        var isExpired = false
        /// How often the hub has seen the write that is pending now; nil while none is.
        var looks: Int?
        var cursor = EventLogPosition.beginning
    }

    let id: Int
    let shelf: StreamShelf
    /// Who reads it.
    let principal: Owner
    /// When it was opened.
    let openedAt: Timestamp
    private let state = Mutex(State())
    private let wakes: AsyncStream<Void>
    private let wakeSignal: AsyncStream<Void>.Continuation
    private let cuts: AsyncStream<StreamCut>
    private let cutSignal: AsyncStream<StreamCut>.Continuation

    init(id: Int, shelf: StreamShelf, principal: Owner, openedAt: Timestamp) {
        self.id = id
        self.shelf = shelf
        self.principal = principal
        self.openedAt = openedAt
        // A signal, not a queue: what it means is kept in the state.
        (wakes, wakeSignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (cuts, cutSignal) = AsyncStream.makeStream()
    }

    /// Whether the server stops.
    var isDraining: Bool { state.withLock(\.isDraining) }

    /// Why the stream should close by itself as soon as it has sent what is there; nil while it should not.
    var rotation: StreamRotation? {
        state.withLock { $0.isDraining ? .shutdown : $0.isExpired ? .token : nil }
    }

    /// Tells the stream that its reader has to say anew who it is.
    func expire() {
        state.withLock { $0.isExpired = true }
        wake(.drain)
    }

    /// How far the reader has been sent the log.
    var cursor: EventLogPosition {
        get { state.withLock(\.cursor) }
        set { state.withLock { $0.cursor = newValue } }
    }

    /// Wakes the stream.
    ///
    /// Signals that are not taken yet become one.
    func wake(_ reason: Wake) {
        state.withLock { _ = $0.wake.insert(reason) }
        wakeSignal.yield()
    }

    /// Tells the stream that the server stops.
    func drain() {
        state.withLock { $0.isDraining = true }
        wake(.drain)
        cutSignal.yield(.drainLimit)
    }

    /// Ends the stream whatever it is doing.
    func cut(_ reason: StreamCut) { cutSignal.yield(reason) }

    /// Takes all reasons to look around that there are, without waiting for one.
    func takeWakes() -> Wake {
        state.withLock { state in
            defer { state.wake = [] }
            return state.wake
        }
    }

    /// Waits for a reason to look around, and takes all that there are.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func next() async throws -> Wake {
        var signals = wakes.makeAsyncIterator()
        while true {
            let taken = takeWakes()
            if !taken.isEmpty { return taken }
            guard await signals.next() != nil else { throw CancellationError() }
        }
    }

    /// Waits for an order to end.
    ///
    /// - Parameter grace: Waits so long when the server stops, so that the stream can say goodbye.
    /// - Throws: The `StreamCut`, or `CancellationError` when the stream ended by itself.
    func awaitCut(grace: () async throws -> Void) async throws {
        for await cut in cuts {
            if cut == .drainLimit { try await grace() }
            throw cut
        }
        throw CancellationError()
    }

    /// Notes that bytes are on their way to the reader until `write` returns.
    func whileWriting(_ write: () async throws -> Void) async throws {
        state.withLock { $0.looks = 0 }
        defer { state.withLock { $0.looks = nil } }
        try await write()
    }

    /// Counts one more look of the hub at the write that is pending; 0 while none is.
    func looksAtPendingWrite() -> Int {
        state.withLock { state in
            guard let looks = state.looks else { return 0 }
            state.looks = looks + 1
            return looks + 1
        }
    }
}

/// Why a stream was ended from outside.
enum StreamCut: Error, Hashable, Sendable {
    /// The reader closed the connection.
    case readerGone
    /// The reader took nothing although bytes waited.
    case stalled
    /// The server stopped and the goodbye could not be said in time.
    case drainLimit
}
