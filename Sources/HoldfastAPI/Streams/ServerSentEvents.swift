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
    /// - retry: How long a reader waits before it connects again, in milliseconds; nil to leave it as it is.
    ///   - id: The cursor that the reader has after the block.
    ///   - event: The block's name; it has no line breaks.
    ///   - data: The block's value, on one line as all `JSONText` is.
    public static func append(
        retry: Int64? = nil, id: EventLogPosition, event: String, data: JSONText, to bytes: inout [UInt8]
    ) {
        if let retry {
            bytes.append(contentsOf: "retry: ".utf8)
            bytes.append(contentsOf: String(retry).utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(contentsOf: "id: ".utf8)
        bytes.append(contentsOf: id.description.utf8)
        bytes.append(contentsOf: "\nevent: ".utf8)
        bytes.append(contentsOf: event.utf8)
        bytes.append(contentsOf: "\ndata: ".utf8)
        bytes.append(contentsOf: data.text.utf8)
        bytes.append(contentsOf: "\n\n".utf8)
    }
}
