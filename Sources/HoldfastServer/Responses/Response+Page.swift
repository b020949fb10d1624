import HTTPTypes
public import Hummingbird
import NIOCore

extension Response {
    /// An answer with a page of HTML whose styles and scripts are in it, and which loads nothing from other sites.
    ///
    /// The page must not hold anything that somebody else wrote: its scripts read that and show it as text.
    public static func page(_ html: String) -> Response {
        let bytes = ByteBuffer(string: html)
        var fields: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .contentLength: String(bytes.readableBytes),
            .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
        ]
        fields[.contentSecurityPolicy] =
            "default-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: bytes))
    }
}
