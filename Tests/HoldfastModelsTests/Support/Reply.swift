import HoldfastCore

/// What a service does with one call.
struct Reply: Sendable {
    /// One thing after the other.
    enum Piece: Sendable {
        /// Sends bytes in a write of their own.
        case bytes([UInt8])
        /// Says nothing more until the client breaks off.
        case silence
    }

    var pieces: [Piece]

    /// Sends bytes, then closes the connection.
    init(_ pieces: [Piece]) { self.pieces = pieces }

    /// Answers with a status and a body of known length.
    init(status: Int, headers: [String: String] = [:], body: String = "") {
        var head = "HTTP/1.1 \(status) Reason\r\nconnection: close\r\ncontent-length: \(body.utf8.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        self.init([.bytes(Array((head + "\r\n" + body).utf8))])
    }

    /// Answers with a whole text and its usage.
    static func answer(_ text: String, prompt: Int = 12, completion: Int = 34) -> Reply {
        Reply(
            status: 200,
            body: """
                {"id":"c1","object":"chat.completion","model":"served-1","choices":[{"index":0,"message":\
                {"role":"assistant","content":\(JSONText.string(text))},"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":\(prompt),"completion_tokens":\(completion),"total_tokens":\(prompt + completion)}}
                """)
    }

    /// Begins to stream, and gives the bytes of some events, each in a write of its own.
    static func stream(_ events: String..., then last: Piece? = nil) -> Reply {
        Reply(
            [.bytes(streamHead)] + events.map { .bytes(chunk("data: \($0)\n\n")) } + (last.map { [$0] } ?? [])
        )
    }

    /// The head of an answer that is streamed.
    static let streamHead = Array(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
            .utf8)

    /// The end of an answer that is streamed.
    static let end = Piece.bytes(Array("0\r\n\r\n".utf8))

    /// Some bytes of an answer that is streamed, as HTTP/1.1 wraps them.
    static func chunk(_ text: String) -> [UInt8] {
        Array("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n".utf8)
    }

    /// The event with a part of the text.
    static func delta(_ text: String) -> String {
        #"{"model":"served-1","choices":[{"index":0,"delta":{"content":\#(JSONText.string(text))},"finish_reason":null}]}"#
    }

    /// The event with the reason why the text ended.
    static let stop = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#

    /// The event with the usage.
    static let usage = #"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":34}}"#
}
