import AsyncHTTPClient
import Foundation
import NIOCore

/// The lines of an answer as they come.
struct BodyLines {
    private var bytes: HTTPClientResponse.Body.AsyncIterator
    private var rest = ByteBuffer()

    init(_ body: HTTPClientResponse.Body) { bytes = body.makeAsyncIterator() }

    /// The next line without its end; nil when the answer has ended.
    ///
    /// A line that did not come whole is none.
    mutating func next() async throws -> String? {
        while true {
            if let length = lineLength {
                let line = rest.readString(length: length)
                rest.moveReaderIndex(forwardBy: 1)
                return line
            }
            guard var more = try await bytes.next() else { return nil }
            rest.discardReadBytes()
            rest.writeBuffer(&more)
        }
    }

    /// How many bytes the next line has; nil while it is not whole.
    private var lineLength: Int? {
        // Byte by byte in Swift takes most of the time of a test with many readers, because tests are not optimised.
        rest.withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress, let end = memchr(start, 0x0A, bytes.count) else {
                return nil
            }
            return UnsafeRawPointer(end) - start
        }
    }
}
