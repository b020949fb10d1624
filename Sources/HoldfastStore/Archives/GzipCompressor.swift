import CZlib

/// Compresses bytes into one gzip stream: equal bytes into an equal one, because no time and no name gets into it.
final class GzipCompressor {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let opening: Int32

    init() throws(StoreError) {
        opening = holdfast_deflate_begin(stream, Z_DEFAULT_COMPRESSION, 31)
        guard opening == Z_OK else {
            throw StoreError(.unavailable, operation: "compress", reason: "there is no memory for it")
        }
    }

    deinit {
        if opening == Z_OK { deflateEnd(stream) }
        stream.deallocate()
    }

    /// Takes bytes, and gives those of the stream that are ready.
    func take(_ bytes: [UInt8]) -> [UInt8] { run(bytes, Z_NO_FLUSH) }

    /// Gives the rest of the stream; nothing may be taken behind it.
    func finish() -> [UInt8] { run([], Z_FINISH) }

    private func run(_ bytes: [UInt8], _ flush: Int32) -> [UInt8] {
        var (bytes, output) = (bytes, [UInt8]())
        bytes.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                output += [UInt8](unsafeUninitializedCapacity: 64 << 10) { room, used in
                    stream.pointee.next_out = room.baseAddress
                    stream.pointee.avail_out = UInt32(room.count)
                    // It cannot fail: there is room, and the stream is not ended twice.
                    _ = deflate(stream, flush)
                    used = room.count - Int(stream.pointee.avail_out)
                }
            } while stream.pointee.avail_out == 0
        }
        return output
    }
}
