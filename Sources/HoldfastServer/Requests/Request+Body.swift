import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
public import Hummingbird
import NIOCore

extension Request {
    /// Reads the body as JSON of a type, for endpoints of applications.
    ///
    /// - Parameters:
    ///   - type: What it should be.
    ///   - limit: The greatest number of bytes, inclusive.
    /// - Returns: The value.
    /// - Throws: What becomes a problem that names the field which does not fit, as for the engine's own endpoints.
    public func json<Value: Decodable>(
        as type: Value.Type = Value.self, upTo limit: Int = 1024 * 1024
    ) async throws -> Value {
        let json = try RequestObject.json(parsing: try await bytes(upTo: limit))
        do {
            return try JobCoding.decode(json)
        } catch let error as DecodingError {
            throw RequestFault(error)
        }
    }

    /// Reads the whole body of at most `limit` bytes, inclusive.
    ///
    /// - Throws: `RouteFault` when there is more, or when the client stopped sending.
    func bytes(upTo limit: Int) async throws -> ByteBufferView {
        try await reading(upTo: limit) { try await body.collect(upTo: limit) }
    }

    /// As `bytes(upTo:)`, for endpoints that watch afterwards whether the client is still there.
    ///
    /// What watches reads the body once more, and so it has to stay.
    mutating func keptBytes(upTo limit: Int) async throws -> ByteBufferView {
        var request = self
        let bytes = try await reading(upTo: limit) { try await request.collectBody(upTo: limit) }
        self = request
        return bytes
    }

    private func reading(
        upTo limit: Int, _ collect: () async throws -> ByteBuffer
    ) async throws -> ByteBufferView {
        if let length = headers[.contentLength].flatMap(Int.init), length > limit {
            throw RouteFault.bodyTooLarge(limit: limit)
        }
        do {
            return try await collect().readableBytesView
        } catch is NIOTooManyBytesError {
            throw RouteFault.bodyTooLarge(limit: limit)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw RouteFault.bodyCutOff
        }
    }
}

extension RequestFault {
    /// Says which field of a body does not fit a type.
    fileprivate init(_ error: DecodingError) {
        let (context, missing): (DecodingError.Context, String?) =
            switch error {
            case .keyNotFound(let key, let context): (context, key.stringValue)
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context, nil)
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: "\(error)"), nil)
            }
        let path = (context.codingPath.map(\.stringValue) + (missing.map { [$0] } ?? [])).joined(
            separator: ".")
        self = .invalidField(
            path, expected: missing == nil ? "of another form: \(context.debugDescription)" : "given")
    }
}
