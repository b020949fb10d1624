import DequeModule
public import HoldfastCore
import Synchronization

/// An event that is durable, in both of its forms.
public struct CommittedEvent: Hashable, Sendable {
    /// The columns.
    public let stored: StoredEvent
    /// The meaning.
    public let recorded: RecordedEvent
    /// What a measurement needs to know about the job; nil for an event of the engine itself.
    public var context: Context?
}

/// Tells those who follow the log that it moved, and keeps the newest events at hand for them.
///
/// It is a signal and a window, never a queue: who is late or was signalled by another process reads pages
/// from the
/// log. So there is nothing that could overflow or disagree with the log.
public final class LogFeed: Sendable {
    private struct Follower {
        let continuation: AsyncStream<Void>.Continuation
        /// The kinds that it wants to hear of; nil for all.
        let kinds: Set<EventKind>?
        /// How many events were published since its last signal.
        var unheard = 0
    }

    /// After so many events everybody is signalled, whatever they wait for, so that the events after their position are
    /// still at hand.
    private static let longestSilence = 1024

    private struct State {
        var head: EventLogPosition
        /// The newest events without holes; the last one stands at `head`, unless the window is empty.
        var window: Deque<CommittedEvent> = []
        var bytes = 0
        var followers: [Int: Follower] = [:]
        var nextFollower = 0
        var isFinished = false

        /// Those who are to be signalled after a commit.
        mutating func followers(of events: [CommittedEvent]) -> [AsyncStream<Void>.Continuation] {
            var signalled: [AsyncStream<Void>.Continuation] = []
            for (id, follower) in followers {
                guard let kinds = follower.kinds else {
                    signalled.append(follower.continuation)
                    continue
                }
                let unheard = follower.unheard + events.count
                let isMeant =
                    unheard >= LogFeed.longestSilence
                    || events.contains { kinds.contains($0.recorded.event.kind) }
                followers[id]?.unheard = isMeant ? 0 : unheard
                if isMeant { signalled.append(follower.continuation) }
            }
            return signalled
        }
    }

    private let state: Mutex<State>
    private let eventLimit: Int
    private let byteLimit: Int

    init(head: EventLogPosition, configuration: LogConfiguration) {
        state = Mutex(State(head: head))
        eventLimit = configuration.recentEvents
        byteLimit = configuration.recentBytes
    }

    /// The last position that is known to be committed.
    public var head: EventLogPosition { state.withLock(\.head) }

    /// A signal after each commit.
    ///
    /// Signals that are not taken yet become one. It ends when the log is closed.
    ///
    /// Commits of this process without an event of `kinds` give no signal, unless `kinds` is nil. Of other processes'
    /// commits nobody knows the kinds, so they always do.
    public func signals(for kinds: Set<EventKind>? = nil) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id: Int? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.nextFollower += 1
            state.followers[state.nextFollower] = Follower(continuation: continuation, kinds: kinds)
            return state.nextFollower
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.followers.removeValue(forKey: id) }
        }
        return stream
    }

    /// The events after a position, at most `limit`; nil when they are not at hand and have to be read from
    /// the log.
    public func recent(after position: EventLogPosition, limit: Int) -> [CommittedEvent]? {
        state.withLock { state in
            if position >= state.head { return [] }
            guard let first = state.window.first, first.stored.position <= position.next else { return nil }
            let start = Int(position.value + 1 - first.stored.position.value)
            return Array(state.window[start..<min(state.window.count, start + limit)])
        }
    }

    /// Takes over what a commit of this process appended.
    func publish(_ events: [CommittedEvent]) {
        guard let first = events.first, let last = events.last else { return }
        let followers = state.withLock { state in
            // Another process has committed behind them already, and was noticed first: the window, which has no
            // holes, cannot hold them. Whoever follows reads them from the store.
            guard last.stored.position > state.head else { return state.followers(of: events) }
            if state.head.next != first.stored.position {
                state.window.removeAll(keepingCapacity: true)
                state.bytes = 0
            }
            state.window.append(contentsOf: events)
            state.bytes += events.reduce(0) { $0 + $1.stored.data.byteCount }
            state.head = last.stored.position
            // What is at hand may be of a job whose values are gone from the log now.
            if events.contains(where: { $0.recorded.event.kind == .engineRedacted }) {
                state.window.removeAll()
                state.bytes = 0
            }
            while state.window.count > eventLimit || state.bytes > byteLimit,
                let oldest = state.window.popFirst()
            {
                state.bytes -= oldest.stored.data.byteCount
            }
            return state.followers(of: events)
        }
        for follower in followers { follower.yield() }
    }

    /// Notes that another process moved the head.
    func advance(to position: EventLogPosition) {
        let followers: [AsyncStream<Void>.Continuation] = state.withLock { state in
            guard position > state.head else { return [] }
            state.head = position
            state.window.removeAll(keepingCapacity: true)
            state.bytes = 0
            return state.followers.values.map(\.continuation)
        }
        for follower in followers { follower.yield() }
    }

    func finish() {
        let followers = state.withLock { state in
            state.isFinished = true
            defer { state.followers.removeAll() }
            return state.followers.values.map(\.continuation)
        }
        for follower in followers { follower.finish() }
    }
}
