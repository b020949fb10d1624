import Hummingbird
import NIOCore

/// Collects what is to be sent and sends it with few writes, because the cost is in the write and not in the
/// byte.
struct StreamWriter {
    /// What was collected and not sent yet.
    var pending: [UInt8] = []
    private var writer: any ResponseBodyWriter
    private let ticket: StreamTicket
    private let chunkBytes: Int
    private let deflater: StretchDeflater?
    private var frame = GzipFrame()
    private var hasBegun = false

    /// - Parameters:
    ///   - writer: Sends bytes to the reader.
    ///   - ticket: Is told how long a write takes.
    ///   - chunkBytes: The size above which what is sent is split.
    ///   - deflater: Compresses what is sent; nil to send it as it is.
    init(
        _ writer: any ResponseBodyWriter, ticket: StreamTicket, chunkBytes: Int, deflater: StretchDeflater?
    ) {
        self.writer = writer
        self.ticket = ticket
        self.chunkBytes = chunkBytes
        self.deflater = deflater
    }

    /// Sends what was collected and then events that others get as well: encoded once, and compressed once.
    mutating func send(_ stretch: StreamStretch) async throws {
        try await flush()
        guard let deflater else { return try await write(stretch.bytes) }
        try await write(stretch.deflated.bytes(of: stretch.bytes, by: deflater))
    }

    /// Sends what was collected, and returns when the reader's connection has room for more.
    mutating func flush() async throws {
        guard !pending.isEmpty else { return }
        let bytes = ByteBuffer(bytes: pending)
        // Nothing is kept between two writes: a quiet stream holds no buffer.
        pending = []
        guard let deflater else { return try await write(bytes) }
        try await write(deflater.deflate(bytes))
    }

    /// Sends the end of the body, which waits for room as the bytes before it do.
    mutating func finish() async throws {
        if deflater != nil {
            try await write(.none)
            try await write(frame.tail)
        }
        try await ticket.whileWriting { try await writer.finish(nil) }
    }

    private mutating func write(_ piece: DeflatedBytes) async throws {
        frame.follow(piece)
        guard !hasBegun else { return try await write(piece.bytes) }
        hasBegun = true
        var first = ByteBuffer(bytes: GzipFrame.head)
        first.writeImmutableBuffer(piece.bytes)
        try await write(first)
    }

    private mutating func write(_ bytes: ByteBuffer) async throws {
        var rest = bytes
        // In parts, so that a slow reader can be told from a dead one.
        while rest.readableBytes > 0, let part = rest.readSlice(length: min(chunkBytes, rest.readableBytes)) {
            try await ticket.whileWriting { try await writer.write(part) }
        }
    }
}
