import HTTPTypes
import HoldfastAPI
import HoldfastCore
import Hummingbird
import Testing

@testable import HoldfastServer

@Suite("Filters of stream tokens")
struct FilterTokenTests {
    @Test(arguments: [
        ("/v1/stream", "/v1/stream?kind=a&kind=b&queue=mail"),
        ("/v1/stream?from=now", "/v1/stream?from=now&kind=a&kind=b&queue=mail"),
        ("/v1/stream?queue=mail&kind=b,a", "/v1/stream?queue=mail&kind=b,a"),
        ("/v1/stream?kind=a&from=now&queue=mail&kind=b", "/v1/stream?kind=a&from=now&queue=mail&kind=b"),
    ])
    func `the filter of the token chooses what is sent`(path: String, expected: String) throws {
        var request = request(path)
        #expect(try request.replaceFilter(by: ["queue": ["mail"], "kind": ["a", "b"]]))
        #expect(request.head.path == expected)
    }

    @Test(arguments: [
        "/v1/stream?queue=other", "/v1/stream?queue=mail", "/v1/stream?queue=mail&kind=a",
        "/v1/stream?queue=mail&kind=a,b,c", "/v1/stream?owner=ana", "/v1/stream?queue=mail&kind=a,b&tag=x",
        "/v1/stream?%71ueue=other",
    ])
    func `another filter than that of the token is refused`(path: String) throws {
        var request = request(path)
        #expect(try !request.replaceFilter(by: ["queue": ["mail"], "kind": ["a", "b"]]))
    }

    @Test func `a value is encoded where it stands in a query`() throws {
        var request = request("/v1/stream")
        #expect(try request.replaceFilter(by: ["tag": ["a b&token=x"]]))
        #expect(request.head.path == "/v1/stream?tag=a%20b%26token%3Dx")
    }

    @Test func `the token is taken out of the query`() {
        var request = request("/v1/stream?a=1&token=hft%5Fx&b=2")
        #expect(request.takeParameter("token") == "hft_x")
        #expect(request.head.path == "/v1/stream?a=1&b=2")
        #expect(request.takeParameter("token") == nil)
    }

    @Test func `a grant is read as it was written`() throws {
        let job = try #require(JobID("0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"))
        let seal = Seal(Secret(drawnFrom: { 7 }))
        let caller = Caller(subject: "ana", roles: [.viewer], via: .apiKey)
        for scope in [
            StreamTokenBody.Scope.filter(["kind": ["a", "b"], "owner": ["me"]]), .filter([:]),
            .job(job),
        ] {
            let grant = StreamGrant(id: "one", scope: scope)
            let token = grant.token(for: caller, until: .distantFuture, sealedBy: seal)
            let fields = seal.value(in: token, for: .stream)
            #expect(fields.flatMap(StreamGrant.init(signed:)) == grant)
            let named = fields.flatMap { Caller(signed: $0, via: .streamToken) }
            #expect(named?.subject == "ana" && named?.roles == [.viewer])
            #expect(seal.value(in: token, for: .session) == nil)
            #expect(Seal(Secret(drawnFrom: { 8 })).value(in: token, for: .stream) == nil)
        }
    }

    private func request(_ path: String) -> Request {
        Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path),
            body: RequestBody(buffer: .init()))
    }
}
