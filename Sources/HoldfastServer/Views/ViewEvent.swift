public import HoldfastCore
import HoldfastEngine

/// One event of an application's stream.
public struct ViewEvent: Hashable, Sendable {
    /// The application's name for it, without line breaks.
    public let name: String
    /// Its value, on one line.
    public let data: JSONText
    /// What it is rare by; nil for one that is always sent.
    ///
    /// Of the events with one name and one key whose stored events lie in the same second, by their own `at`, the first
    /// is sent. So every client and every replay gets the same ones, and the log has all of them.
    public let throttleKey: String?

    /// Makes an event of JSON.
    public init(_ name: String, json data: JSONText, throttledBy key: String? = nil) {
        self.name = String(name.unicodeScalars.filter { $0 != "\n" && $0 != "\r" })
        self.data = data
        throttleKey = key
    }

    /// Makes an event of any value; keys are sorted, and what is nil is left out.
    ///
    /// - Throws: `EncodingError`.
    public init(_ name: String, _ value: some Encodable, throttledBy key: String? = nil) throws {
        self.init(name, json: try JobCoding.encode(value), throttledBy: key)
    }
}

/// What a view may begin a connection with.
public enum ViewBlock: Hashable, Sendable {
    /// An event, which carries the reader's cursor.
    case event(ViewEvent)
    /// A comment, which browsers do not show to the page; line breaks become spaces.
    case comment(String)
}
