import CZlib

/// Gives the bytes that a gzip stream stands for, as they are asked for, in pieces of bounded size.
///
/// Streams that follow one another are read as one, as `gunzip` does.
final class GzipExpander {
    private static let pieceBytes = 256 << 10

    private let source: ExportSource.Bytes
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let opening: Int32
    private var input: [UInt8]
    private var offset = 0
    /// Whether zlib may have more to give before it needs further input.
    private var isFull = false
    private var isWhole = false

    private init(_ first: [UInt8], then source: @escaping ExportSource.Bytes) throws(GzipFault) {
        self.source = source
        input = first
        opening = holdfast_inflate_begin(stream, 31)
        guard opening == Z_OK else { throw GzipFault(reason: "there is no memory to expand it") }
    }

    deinit {
        if opening == Z_OK { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Expands bytes that are a gzip stream, and hands others through.
    static func expanding(_ source: @escaping ExportSource.Bytes) throws -> ExportSource.Bytes {
        guard let first = try source() else { return { nil } }
        if first.starts(with: [0x1F, 0x8B]) { return try GzipExpander(first, then: source).next }
        var start: [UInt8]? = first
        return {
            defer { start = nil }
            return try start ?? source()
        }
    }

    private func next() throws -> [UInt8]? {
        while true {
            if offset == input.count, !isFull {
                guard let more = try source() else {
                    guard isWhole else { throw GzipFault(reason: "the compressed file was cut") }
                    return nil
                }
                (input, offset) = (more, 0)
            }
            let output = try expand()
            if !output.isEmpty { return output }
        }
    }

    private func expand() throws(GzipFault) -> [UInt8] {
        var code = Z_OK
        let output = input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress?.advanced(by: offset)
            stream.pointee.avail_in = UInt32(input.count - offset)
            return [UInt8](unsafeUninitializedCapacity: GzipExpander.pieceBytes) { room, used in
                stream.pointee.next_out = room.baseAddress
                stream.pointee.avail_out = UInt32(room.count)
                code = inflate(stream, Z_NO_FLUSH)
                used = room.count - Int(stream.pointee.avail_out)
            }
        }
        offset = input.count - Int(stream.pointee.avail_in)
        switch code {
        case Z_OK, Z_BUF_ERROR:
            isFull = stream.pointee.avail_out == 0
            isWhole = false
        case Z_STREAM_END:
            isFull = false
            isWhole = true
            inflateReset(stream)
        default: throw GzipFault(reason: "the compressed file was changed")
        }
        return output
    }
}

/// Why bytes cannot be expanded.
struct GzipFault: Error {
    let reason: String
}
