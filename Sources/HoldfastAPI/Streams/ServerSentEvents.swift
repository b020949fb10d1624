public import HoldfastCore

/// Writes the blocks of an event stream.
///
/// The format is that of the HTML standard, section 9.2. Every block carries `id:`, `event:` and one `data:`
/// line, so
/// that each one moves the reader's cursor and none is thrown away by a browser.
public enum ServerSentEvents {
    /// The media type of a stream.
    public static let mediaType = "text/event-stream"
    /// One comment line, which keeps proxies from closing a stream on which nothing happens.
    public static let heartbeat: [UInt8] = [UInt8(ascii: ":"), UInt8(ascii: "\n")]

    /// Appends one block.
    ///
    /// - Parameters:
    ///   - retry: How long a reader waits before it connects again, in milliseconds; nil to leave it as it is.
    ///   - id: The cursor that the reader has after the block.
    ///   - event: The block's name; it has no line breaks.
    ///   - data: The block's value, on one line as all `JSONText` is.
    ///   - bytes: Where it is appended.
    public static func append(
        retry: Int64? = nil, id: EventLogPosition, event: String, data: JSONText, to bytes: inout [UInt8]
    ) {
        if let retry { append("retry", String(retry), to: &bytes) }
        append(id: id.description, event: event, data: data, to: &bytes)
    }

    /// Appends one block of an application's stream, whose cursors may be other than positions.
    ///
    /// - Parameters:
    ///   - id: The cursor that the reader has after the block.
    ///   - event: The block's name; nil for one without, which browsers hand to `onmessage`.
    ///   - data: The block's value.
    ///   - bytes: Where it is appended.
    public static func append(id: String, event: String?, data: JSONText, to bytes: inout [UInt8]) {
        append("id", id, to: &bytes)
        if let event { append("event", event, to: &bytes) }
        append("data", data.text, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Appends a block that moves the reader's cursor and is no event.
    ///
    /// Readers that follow the standard take its `id:` and dispatch nothing.
    public static func append(cursor: String, to bytes: inout [UInt8]) {
        append("id", cursor, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Appends a block that says how long a reader waits before it connects again, in milliseconds.
    public static func append(retry: Int64, to bytes: inout [UInt8]) {
        append("retry", String(retry), to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Appends one comment line; line breaks in the text become spaces.
    public static func append(comment: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: ":"))
        if !comment.isEmpty { bytes.append(UInt8(ascii: " ")) }
        for byte in comment.utf8 {
            let isBreak = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            bytes.append(isBreak ? UInt8(ascii: " ") : byte)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func append(_ field: String, _ value: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: field.utf8)
        bytes.append(contentsOf: ": ".utf8)
        bytes.append(contentsOf: value.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}
