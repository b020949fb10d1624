import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// Reads the whole body of at most `limit` bytes, inclusive.
    ///
    /// - Throws: `RouteFault` when there is more, or when the client stopped sending.
    func bytes(upTo limit: Int) async throws -> ByteBufferView {
        if let length = headers[.contentLength].flatMap(Int.init), length > limit {
            throw RouteFault.bodyTooLarge(limit: limit)
        }
        do {
            return try await body.collect(upTo: limit).readableBytesView
        } catch is NIOTooManyBytesError {
            throw RouteFault.bodyTooLarge(limit: limit)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw RouteFault.bodyCutOff
        }
    }
}
