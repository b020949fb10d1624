import CZlib
import NIOCore
import Synchronization

/// Bytes as they stand in a gzip stream, whatever stands before them.
struct DeflatedBytes: Sendable {
    /// Nothing.
    static let none = DeflatedBytes(bytes: ByteBuffer(), checksum: 0, length: 0)

    let bytes: ByteBuffer
    /// The CRC-32 of what was compressed.
    let checksum: UInt
    /// How much was compressed, in bytes.
    let length: Int
}

/// Compresses pieces of streams, each so that it can follow any other.
///
/// A piece ends with a full flush: nothing behind it refers to it. So what was compressed once is sent to all who read
/// the same, and no reader's bytes tell anything about what another one got (`deflate` in zlib's manual, `Z_FULL_FLUSH`).
final class StretchDeflater: @unchecked Sendable {
    // Guard: `stream` is touched under the lock only, and freed when nobody else can.
    private let lock = Mutex(())
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    /// Fast, because it is done while the events are new.
    private static let level: Int32 = 4

    /// Fails when zlib has no memory.
    init?() {
        guard holdfast_deflate_begin(stream, StretchDeflater.level, -15) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses a piece.
    func deflate(_ piece: ByteBuffer) -> DeflatedBytes {
        var piece = piece
        let length = piece.readableBytes
        guard length > 0 else { return .none }
        return lock.withLock { _ in
            var output = ByteBuffer()
            output.reserveCapacity(length / 2 + 64)
            let checksum = piece.readWithUnsafeMutableReadableBytes { input in
                let bytes = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.next_in = bytes
                stream.pointee.avail_in = UInt32(input.count)
                repeat { fill(&output) } while stream.pointee.avail_out == 0
                return (input.count, crc32(0, bytes, UInt32(input.count)))
            }
            return DeflatedBytes(bytes: output, checksum: checksum, length: length)
        }
    }

    private func fill(_ output: inout ByteBuffer) {
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: 256) { room in
            stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(room.count)
            CZlib.deflate(stream, Z_FULL_FLUSH)
            return room.count - Int(stream.pointee.avail_out)
        }
    }
}

/// The compressed form of a stretch, made when the first reader asks for it.
final class DeflatedStretch: Sendable {
    private let made = Mutex<DeflatedBytes?>(nil)

    /// The bytes, compressed once.
    func bytes(of plain: ByteBuffer, by deflater: StretchDeflater) -> DeflatedBytes {
        made.withLock { made in
            if let made { return made }
            let bytes = deflater.deflate(plain)
            made = bytes
            return bytes
        }
    }
}

/// A gzip stream that is put together from pieces (RFC 1952).
struct GzipFrame: Sendable {
    /// What it begins with: deflate, no name, no time, the fastest of all systems.
    static let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 255]

    private var checksum: UInt = 0
    private var length = 0

    /// Counts a piece that is sent.
    mutating func follow(_ piece: DeflatedBytes) {
        checksum = crc32_combine(checksum, piece.checksum, piece.length)
        length += piece.length
    }

    /// What it ends with.
    var tail: ByteBuffer {
        // An empty last block.
        var tail = ByteBuffer(bytes: [3, 0])
        tail.writeInteger(UInt32(truncatingIfNeeded: checksum), endianness: .little)
        tail.writeInteger(UInt32(truncatingIfNeeded: length), endianness: .little)
        return tail
    }
}
