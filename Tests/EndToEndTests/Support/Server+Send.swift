import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing

extension Server {
    /// What a server answered.
    struct Answer: Sendable {
        let status: Int
        let body: String

        /// Says that the request was to be granted.
        func mustSucceed() { #expect((200..<300).contains(status), "\(status): \(body)") }
    }

    /// Sends a request to a path such as `/v1/jobs`.
    func send(_ method: HTTPMethod, _ path: String, _ body: String = "") async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if !body.isEmpty { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let answer = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: Int(response.status.code), body: String(buffer: answer))
    }
}
