/// The log was opened for reading only, and whoever asked wants to write.
///
/// Nothing was written.
public struct LogIsReadOnly: Error, Hashable, Sendable, CustomStringConvertible {
    /// Says it.
    public init() {}

    /// One sentence that says what to do.
    public var description: String {
        "the log is open for reading only, and nothing in it is changed; ask where it is written"
    }
}
