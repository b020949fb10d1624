import ClientFiles
import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers with the files of the clients.
///
/// A browser keeps a file and asks each time whether it is still the same.
struct ClientRoutes: Sendable {
    private struct Entry: Sendable {
        let file: ClientFiles.File
        let tag: String
    }

    private let entries: [Entry] = ClientFiles.all.map { file in
        let digest = SHA256.hash(data: file.bytes).prefix(16)
        let digits = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        return Entry(file: file, tag: "\"\(digits.joined())\"")
    }

    /// Adds `GET /v1/clients/NAME` for each of them.
    func add(to table: inout RouteTable) {
        for entry in entries {
            table.on("v1/clients/\(entry.file.name)", .get, .anyone) { request, _, _ in
                Self.answer(request, entry)
            }
        }
    }

    private static func answer(_ request: Request, _ entry: Entry) -> Response {
        var headers: HTTPFields = [.eTag: entry.tag, .cacheControl: "no-cache"]
        if request.headers[.ifNoneMatch] == entry.tag {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = entry.file.mediaType
        headers[.contentLength] = String(entry.file.bytes.count)
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: entry.file.bytes))
        )
    }
}
