public import HoldfastAPI

/// Why a call got no good answer, or a stream cannot go on.
public enum ClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a client ran out of patience with.
    public enum Silence: String, Hashable, Sendable {
        /// The first byte of a stream.
        case firstByte = "no byte of the stream"
        /// Anything, on a connection that had brought something.
        case silence = "nothing"
        /// The answer to a request.
        case answer = "no answer"
    }

    /// The address is none that a client can use.
    case invalidURL(String)
    /// No connection to the server was made, for this reason.
    case unreachable(String)
    /// Nothing came in time.
    case timedOut(Silence)
    /// The connection was cut in the middle of an answer.
    case cut(String)
    /// The server refused, and says why; `retryAfter` is when to ask again, where it says so.
    case refused(Problem, retryAfter: Duration?)
    /// An answer that is none of Holdfast's, with its status; something else is at that address.
    case foreign(status: Int, retryAfter: Duration?)
    /// The answer is of a Holdfast that this client does not understand.
    case malformed(String)

    /// The status of the answer; nil when there was none.
    public var status: Int? {
        switch self {
        case .refused(let problem, _): problem.status
        case .foreign(let status, _): status
        case .invalidURL, .unreachable, .timedOut, .cut, .malformed: nil
        }
    }

    /// The problem that the server described; nil when it described none.
    public var problem: Problem? {
        if case .refused(let problem, _) = self { problem } else { nil }
    }

    /// When the server wants to be asked again; nil when it does not say.
    public var retryAfter: Duration? {
        switch self {
        case .refused(_, let wait), .foreign(_, let wait): wait
        case .invalidURL, .unreachable, .timedOut, .cut, .malformed: nil
        }
    }

    /// Whether the same request may succeed later: no answer, 408, 429, or 500 and above.
    public var isRetryable: Bool {
        switch self {
        case .unreachable, .timedOut, .cut: true
        case .refused, .foreign: status.map { $0 == 408 || $0 == 429 || $0 >= 500 } ?? false
        case .invalidURL, .malformed: false
        }
    }

    /// One sentence that is safe to log: it never holds a credential.
    public var description: String {
        switch self {
        case .invalidURL(let text): "\"\(text)\" is no address; one looks like http://127.0.0.1:8080"
        case .unreachable(let reason): "the server cannot be reached (\(reason))"
        case .timedOut(let silence): "\(silence.rawValue) came in time"
        case .cut(let reason): "the connection was cut (\(reason))"
        case .refused(let problem, _): problem.detail
        case .foreign(let status, _): "something that is no Holdfast server answered \(status)"
        case .malformed(let reason): "the server sent what makes no sense (\(reason))"
        }
    }
}
