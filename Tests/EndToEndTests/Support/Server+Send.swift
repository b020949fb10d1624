import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing

extension Server {
    /// What a server answered.
    struct Answer: Sendable {
        let status: Int
        let body: String
        /// The cookie that it sets, as it is sent back.
        var cookie: String?

        /// Says that the request was to be granted.
        func mustSucceed() { #expect((200..<300).contains(status), "\(status): \(body)") }
    }

    /// Sends a request to a path such as `/v1/jobs`.
    func send(_ method: HTTPMethod, _ path: String, _ body: String = "", headers: [String: String] = [:])
        async throws -> Answer
    {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if !body.isEmpty { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let answer = try await response.body.collect(upTo: 1 << 20)
        let cookie = response.headers.first(name: "Set-Cookie")?.split(separator: ";").first.map(String.init)
        return Answer(
            status: Int(response.status.code), body: String(buffer: answer), cookie: cookie)
    }
}
