import DequeModule
import HoldfastCore
import NIOCore
import Synchronization

/// What a shelf is for: all readers with the same selection in the same form share one.
struct ShelfKey: Hashable, Sendable {
    let selection: StreamSelection
    let encoding: StreamEncoding
}

/// Keeps the newest events of a selection as they are sent, so that a thousand readers cost one encoding and no
/// reading.
///
/// It is a window on the log, never a queue: a reader that is behind it reads the log.
final class StreamShelf: Sendable {
    private struct State {
        /// Every event of the selection after this one was put here; nil before the first round.
        var start: EventLogPosition?
        var stretches: Deque<StreamStretch> = []
        var bytes = 0
        /// Several stretches in one, as the last reader got them.
        var joined: (after: EventLogPosition, limit: Int, stretch: StreamStretch)?
    }

    let key: ShelfKey
    private let state = Mutex(State())

    init(_ key: ShelfKey) { self.key = key }

    /// Says that every event of the selection after a position will be put here.
    ///
    /// - Returns: Whether that was not known before.
    @discardableResult
    func begin(after position: EventLogPosition) -> Bool {
        state.withLock { state in
            guard state.start == nil else { return false }
            state.start = position
            return true
        }
    }

    /// Takes everything off: something is missing, so that the shelf has to begin anew.
    func lapse() { state.withLock { $0 = State() } }

    /// Puts the next events here, and gives up the oldest ones above `limit` bytes.
    func put(_ stretch: StreamStretch, limit: Int) {
        state.withLock { state in
            guard state.start != nil else { return }
            state.stretches.append(stretch)
            state.bytes += stretch.bytes.readableBytes
            state.joined = nil
            while state.bytes > limit, state.stretches.count > 1, let oldest = state.stretches.popFirst() {
                state.bytes -= oldest.bytes.readableBytes
                state.start = oldest.items.last?.position
            }
        }
    }

    /// Finds the events after a position, about `limit` bytes of them.
    ///
    /// - Parameters:
    ///   - position: Where the reader stands.
    ///   - scanned: A position up to which everything had been put here before the call.
    ///   - limit: No further events are added to so many bytes.
    /// - Returns: The events; nil when the log has to be read.
    func stretch(
        after position: EventLogPosition, scanned: EventLogPosition, limit: Int
    ) -> StreamStretch? {
        state.withLock { state in
            guard let start = state.start, position >= start else { return nil }
            if let joined = state.joined, joined.after == position, joined.limit == limit {
                return joined.stretch
            }
            let first = state.stretches.partitioningIndex { $0.through > position }
            guard first < state.stretches.count else {
                return StreamStretch(emptyThrough: max(position, scanned))
            }
            var found = state.stretches[first].rest(after: position)
            var next = first + 1
            while next < state.stretches.count, found.bytes.readableBytes < limit {
                found.append(state.stretches[next])
                next += 1
            }
            if next == state.stretches.count { found.through = max(found.through, scanned) }
            if next > first + 1 { state.joined = (position, limit, found) }
            return found
        }
    }
}
