import DequeModule
import HoldfastCore
import Synchronization

/// Counts the streams that are open, for each caller and each address, and knows which stream tokens are in use.
final class StreamSeats: Sendable {
    private struct State {
        var callers: [Owner: Int] = [:]
        var addresses: [String: Int] = [:]
        var tokens: [String: TokenUse] = [:]
        /// Tokens whose last stream was closed, the first one first; some were used again since.
        var closed: Deque<(token: String, at: Timestamp)> = []
    }

    /// What is known of a token that opened a stream.
    private struct TokenUse {
        var open = 0
        var closedAt: Timestamp?
    }

    private let state = Mutex(State())
    private let limits: RequestLimits
    private let tokenLifetime: Duration
    private let now: @Sendable () -> Timestamp

    init(_ limits: RequestLimits, tokenLifetime: Duration, now: @escaping @Sendable () -> Timestamp) {
        self.limits = limits
        self.tokenLifetime = tokenLifetime
        self.now = now
    }

    /// Takes a seat for a stream that is about to be opened; it is given back when it is let go.
    ///
    /// - Throws: `AccessFault.tooManyStreams`.
    func take(_ caller: Caller) throws(AccessFault) -> StreamSeat {
        try state.withLock { state throws(AccessFault) in
            if let limit = limits.streamsPerCaller, state.callers[caller.subject, default: 0] >= limit {
                throw .tooManyStreams(limit: limit, per: .caller)
            }
            if let address = caller.address, let limit = limits.streamsPerAddress,
                state.addresses[address, default: 0] >= limit
            {
                throw .tooManyStreams(limit: limit, per: .address)
            }
            state.callers[caller.subject, default: 0] += 1
            if let address = caller.address { state.addresses[address, default: 0] += 1 }
            if let token = caller.grant?.id { state.tokens[token, default: TokenUse()].open += 1 }
        }
        return StreamSeat(caller, of: self)
    }

    /// Tells whether a stream of the token is open, or the last one was closed a short time ago.
    func isInUse(_ token: String) -> Bool {
        let now = now()
        return state.withLock { state in
            forget(at: now, &state)
            return state.tokens[token] != nil
        }
    }

    /// How many tokens are remembered.
    var tokenCount: Int { state.withLock(\.tokens.count) }

    fileprivate func leave(_ caller: Caller) {
        let now = now()
        state.withLock { state in
            lower(caller.subject, in: &state.callers)
            if let address = caller.address { lower(address, in: &state.addresses) }
            if let token = caller.grant?.id, var use = state.tokens[token] {
                use.open -= 1
                if use.open == 0 {
                    use.closedAt = now
                    state.closed.append((token, now))
                }
                state.tokens[token] = use
            }
            forget(at: now, &state)
        }
    }

    private func lower<Key>(_ key: Key, in counts: inout [Key: Int]) {
        let count = counts[key, default: 0] - 1
        counts[key] = count > 0 ? count : nil
    }

    /// Forgets the tokens that have not been used for so long that they are good no more.
    private func forget(at now: Timestamp, _ state: inout State) {
        while let first = state.closed.first, first.at + tokenLifetime <= now {
            state.closed.removeFirst()
            if let use = state.tokens[first.token], use.open == 0, use.closedAt == first.at {
                state.tokens[first.token] = nil
            }
        }
    }
}

/// The place of one open stream.
///
/// It is given back when the stream ends, also if it never began: then nobody holds it any more.
final class StreamSeat: Sendable {
    let caller: Caller
    private let seats: StreamSeats
    private let isLeft = Mutex(false)

    fileprivate init(_ caller: Caller, of seats: StreamSeats) {
        self.caller = caller
        self.seats = seats
    }

    deinit { leave() }

    /// Gives the place back.
    ///
    /// Safe to repeat.
    func leave() {
        let wasLeft = isLeft.withLock { isLeft in
            defer { isLeft = true }
            return isLeft
        }
        if !wasLeft { seats.leave(caller) }
    }
}
