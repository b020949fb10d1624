public import HoldfastEngine

/// Says why a model gave no answer, in a sentence without any secret.
public struct ModelError: RetryAdvising, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Reason: Hashable, Sendable {
        /// No connection came about, or it broke before an answer began.
        case unreachable
        /// No connection came about in time.
        case connectTimeout
        /// The whole answer took too long.
        case wholeTimeout
        /// Nothing came for too long while an answer was being streamed.
        case idleTimeout
        /// The service answered with this HTTP status.
        case refused(status: Int)
        /// The answer ended, or an error came in its place, before it was whole.
        case brokenOff
        /// What was answered is not what the protocol or the request asks for.
        case malformed
        /// The answer has more bytes than are taken.
        case tooLarge
        /// The request cannot be sent as it is.
        case badRequest
        /// The client was closed.
        case closed
    }

    /// What went wrong.
    public let reason: Reason
    /// One sentence for people: what went wrong, and what the service said about it.
    public let message: String
    /// How long the service asks to wait before the next call.
    public let retryAfter: Duration?

    /// Describes an error.
    ///
    /// - Parameters:
    ///   - reason: What went wrong.
    ///   - message: One sentence for people, without secrets.
    ///   - retryAfter: How long the service asks to wait.
    public init(_ reason: Reason, _ message: String, retryAfter: Duration? = nil) {
        self.reason = reason
        self.message = message
        self.retryAfter = retryAfter
    }

    /// The sentence.
    public var description: String { message }

    /// Whether another call may fare better: after a broken connection, a timeout, a 429, a 5xx, and an answer that was cut
    /// or made no sense; not after any other refusal.
    public var isWorthRetry: Bool {
        switch reason {
        case .unreachable, .connectTimeout, .wholeTimeout, .idleTimeout, .brokenOff, .malformed: true
        case .refused(let status): status == 429 || (500...599).contains(status)
        case .tooLarge, .badRequest, .closed: false
        }
    }

    /// What becomes of a job or step that threw this error: never again when it is not worth it, after as long as the
    /// service asks for, and otherwise as the policy says.
    public var retryDecision: RetryDecision {
        guard isWorthRetry else { return .discard }
        return retryAfter.map(RetryDecision.after) ?? .byPolicy
    }
}

extension ModelError {
    /// Whether the client itself calls again: only where no answer began and the other side may be well in a moment.
    var isRetriedByClient: Bool {
        switch reason {
        case .unreachable, .connectTimeout: true
        case .refused: isWorthRetry
        default: false
        }
    }
}
