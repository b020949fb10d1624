import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastClient

@Suite("Client calls")
struct CallTests {
    private let job = JobID(high: 0x0197_c2f4_9a3b_7c51, low: 0x8d2e_6f0a_1b2c_3d4e)

    private func client(_ transport: ScriptedTransport) -> HoldfastClient {
        HoldfastClient(
            transport,
            environment: ClientEnvironment(
                uptime: { .zero },
                sleep: { _ in
                    let (silence, _) = AsyncStream<Never>.makeStream()
                    for await _ in silence {}
                    throw CancellationError()
                }, random: { 0 }))
    }

    private func json(_ text: String, status: Int = 200) -> ScriptedTransport.Script {
        .init(status: status, mediaType: "application/json; charset=utf-8", pieces: [text])
    }

    @Test func `a job is enqueued with its key and the answer tells whether it is new`() async throws {
        let document = #"{"id":"\#(job)","replaced":"\#(JobID(high: 1, low: 2))"}"#
        let transport = ScriptedTransport(json(document, status: 201), json(#"{"id":"\#(job)"}"#))
        let client = client(transport)
        let body = EnqueueBody(kind: "mail.send", queue: "mail")
        let new = try await client.enqueue(body, request: "r-1")
        #expect((new.id, new.isNew, new.replaced) == (job, true, JobID(high: 1, low: 2)))
        let old = try await client.enqueue(body)
        #expect((old.isNew, old.replaced) == (false, nil))
        let request = try #require(transport.requests.first)
        #expect((request.method, request.path, request.key) == (.post, "/v1/jobs", "r-1"))
        #expect(request.body == body.json)
    }

    @Test func `names are encoded in paths and values in queries`() async throws {
        let transport = ScriptedTransport(
            json("{}"), json("{}"), json(#"{"jobs":[],"next":null}"#), json(#"{"artifacts":[],"next":null}"#))
        let client = client(transport)
        try await client.pause(QueueName(unchecked: "a/b c"))
        try await client.decide("post to", occurrence: 2, of: job, DecisionBody(.approve))
        _ = try await client.jobs(
            JobFilter(phases: [.failed, .cancelled], owner: "me"), id: JobIDPart("1b2c3d"), limit: 7)
        _ = try await client.artifacts(of: job, after: "src/größe.txt")
        #expect(
            transport.requests.map(\.target) == [
                "/v1/queues/a%2Fb%20c/pause",
                "/v1/jobs/\(job)/checkpoints/post%20to/2",
                "/v1/jobs?state=cancelled%2Cfailed&owner=me&id=1b2c3d&limit=7",
                "/v1/jobs/\(job)/artifacts?after=src%2Fgr%C3%B6%C3%9Fe.txt&limit=256",
            ])
    }

    @Test func `a problem is thrown with its kind and with when to ask again`() async throws {
        let problem = Problem(.tooMany, detail: "slower")
        let transport = ScriptedTransport(
            .init(
                status: 429, mediaType: Problem.mediaType, retryAfter: .seconds(3),
                pieces: [problem.json.text]))
        let error = await #expect(throws: ClientError.self) { try await client(transport).stats() }
        #expect(error == .refused(problem, retryAfter: .seconds(3)))
        #expect(error?.isRetryable == true)
        #expect(error?.problem?.kind == .tooMany)
    }

    @Test func `the page of something else is no answer`() async throws {
        let transport = ScriptedTransport(
            .init(status: 404, mediaType: "text/html", pieces: ["<h1>Not found"]),
            .init(status: 200, mediaType: "text/html", pieces: ["<h1>Welcome"]), json("{"))
        let client = client(transport)
        for status in [404, 200, 200] {
            await #expect(throws: ClientError.foreign(status: status, retryAfter: nil)) {
                try await client.stats()
            }
        }
    }

    @Test func `an answer of another form makes no sense`() async throws {
        let transport = ScriptedTransport(json("[]"), json(#"{"jobs":7}"#))
        let client = client(transport)
        for _ in 0..<2 {
            let error = await #expect(throws: ClientError.self) { try await client.jobs() }
            #expect(error?.isRetryable == false)
        }
    }

    @Test func `the bytes of a file come chunk by chunk`() async throws {
        let transport = ScriptedTransport(.init(mediaType: "text/plain", pieces: ["ab", "c"]))
        let content = client(transport).content(of: "logs/build 1.txt", of: job)
        let chunks = try await content.reduce(into: []) { $0.append(String(decoding: $1, as: UTF8.self)) }
        #expect(chunks == ["ab", "c"])
        #expect(transport.requests.map(\.path) == ["/v1/jobs/\(job)/artifacts/logs/build%201.txt"])
    }

    @Test(arguments: [
        "", "jobs.example.com", "ftp://x", "http://", "http://:80", "http://a b", "http://x?y=1",
    ])
    func `what is no address is refused before anything is sent`(text: String) {
        #expect(throws: ClientError.invalidURL(text)) { try HoldfastClient(text) }
    }

    @Test(arguments: ["http://127.0.0.1:8080", "https://jobs.example.com/", "http://[::1]:80/base"])
    func `an address may have a port and a path`(text: String) throws { _ = try HoldfastClient(text) }
}
