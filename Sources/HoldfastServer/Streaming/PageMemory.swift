import HoldfastCore
import NIOCore
import Synchronization

/// Remembers full pages of the past as they are sent, so that many who replay the same job read and encode it once.
///
/// What is in the log does not change but by retention and redaction, upon which all is forgotten; the oldest pages are
/// given up first.
final class PageMemory: Sendable {
    /// Which page it is.
    struct Key: Hashable, Sendable {
        let shelf: ShelfKey
        let after: EventLogPosition
        let limit: Int
    }

    private struct State {
        var pages: [Key: StreamStretch] = [:]
        var order: [Key] = []
        /// The index of the oldest page that is still there.
        var oldest = 0
        var bytes = 0
        /// How often everything was forgotten.
        var era = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    /// - Parameter limit: How many bytes are kept at most.
    init(limit: Int) { self.limit = limit }

    /// Whether nothing is remembered.
    var isEmpty: Bool { state.withLock(\.pages.isEmpty) }

    /// Changes when everything is forgotten: a page that was read before is not kept afterwards.
    var era: Int { state.withLock(\.era) }

    /// Forgets everything.
    func forget() { state.withLock { $0 = State(era: $0.era + 1) } }

    /// A page; nil when it is not remembered.
    func page(_ key: Key) -> StreamStretch? { state.withLock { $0.pages[key] } }

    /// Remembers a page behind which there is more, and which was read in an era.
    func keep(_ page: StreamStretch, as key: Key, of era: Int) {
        state.withLock { state in
            guard era == state.era, state.pages.updateValue(page, forKey: key) == nil else { return }
            state.order.append(key)
            state.bytes += page.bytes.readableBytes
            while state.bytes > limit, state.oldest < state.order.count {
                let gone = state.pages.removeValue(forKey: state.order[state.oldest])
                state.bytes -= gone?.bytes.readableBytes ?? 0
                state.oldest += 1
            }
            if state.oldest > 1024 {
                state.order.removeFirst(state.oldest)
                state.oldest = 0
            }
        }
    }
}
