import CZlib
import Testing

/// Reads a gzip stream as it comes.
final class Gunzip {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    /// What was read so far.
    private(set) var bytes: [UInt8] = []
    /// Whether the end came, with the right length and checksum.
    private(set) var isWhole = false

    init() throws { try #require(holdfast_inflate_begin(stream, 31) == Z_OK) }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// What was read so far, as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Takes what came.
    func read(_ compressed: [UInt8]) throws {
        var compressed = compressed
        var room = [UInt8](repeating: 0, count: 65_536)
        try compressed.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let result = room.withUnsafeMutableBufferPointer { output in
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(output.count)
                    return inflate(stream, Z_SYNC_FLUSH)
                }
                bytes += room.prefix(room.count - Int(stream.pointee.avail_out))
                if result == Z_STREAM_END { isWhole = true }
                try #require([Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(result), "\(result)")
            } while stream.pointee.avail_out == 0
        }
    }
}
