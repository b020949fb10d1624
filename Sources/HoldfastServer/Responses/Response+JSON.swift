public import HTTPTypes
public import HoldfastCore
import HoldfastEngine
public import Hummingbird
import NIOCore

extension Response {
    /// An answer that there is nothing to say, 204.
    static var nothing: Response { Response(status: .noContent, headers: [.cacheControl: "no-store"]) }

    /// An answer with the JSON of a value, which nobody may keep: it is of this moment and of this caller.
    ///
    /// Keys are sorted, and what is nil is left out.
    ///
    /// - Throws: `EncodingError`.
    public static func json(
        of value: some Encodable, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        .json(try JobCoding.encode(value), status: status)
    }

    /// An answer with a JSON body, which nobody may keep: it is of this moment and of this caller.
    public static func json(
        _ body: JSONText, status: HTTPResponse.Status = .ok, mediaType: String = "application/json",
        headers: HTTPFields = [:]
    ) -> Response {
        let bytes = ByteBuffer(string: body.text)
        var fields = headers
        fields[.contentType] = mediaType
        fields[.contentLength] = String(bytes.readableBytes)
        fields[.cacheControl] = "no-store"
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: bytes))
    }
}
