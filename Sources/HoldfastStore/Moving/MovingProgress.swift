/// How far the move of a log, or of a part of one, has come.
public struct MovingProgress: Hashable, Sendable {
    /// What is being done; the raw value is a word for people.
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        /// Bytes are copied.
        case copying
        /// Events are read again and compared with their hashes.
        case checking
        /// Events are written.
        case writing
    }

    /// What is being done.
    public let phase: Phase
    /// How much of it is done: bytes while copying, else events.
    public let done: Int64
    /// How much there is.
    public let total: Int64

    /// Puts the values together.
    public init(_ phase: Phase, done: Int64, total: Int64) {
        self.phase = phase
        self.done = done
        self.total = total
    }
}
