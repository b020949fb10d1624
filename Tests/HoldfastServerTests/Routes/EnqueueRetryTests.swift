import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import InMemoryTracing
import Testing

@Suite("Retries and traces over HTTP", .timeLimit(.minutes(1)))
struct EnqueueRetryTests {
    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test(arguments: [
        (#"{}"#, RetryPolicy.standard), (#"{"max_attempts":3}"#, .exponential(maxAttempts: 3)),
        (#"{"max_attempts":1,"backoff":"none"}"#, .none),
        (
            #"{"backoff":"constant","wait":"1.5s","jitter":0.5}"#,
            .constant(maxAttempts: 5, every: .milliseconds(1500), jitter: 0.5)
        ),
        (
            #"{"max_attempts":9,"backoff":"exponential","wait":"2s","factor":3,"maximum":"10m","jitter":0}"#,
            .exponential(
                maxAttempts: 9, initial: .seconds(2), factor: 3, maximum: .seconds(600), jitter: 0)
        ),
        (#"{"wait":"2h"}"#, .exponential(maxAttempts: 5, initial: .seconds(7200), maximum: .seconds(7200))),
        (
            #"{"backoff":"table","waits":["10s","5m","1h"]}"#,
            .waits([.seconds(10), .seconds(300), .seconds(3600)])
        ),
        (#"{"waits_us":[1,2]}"#, .waits([.microseconds(1), .microseconds(2)])),
    ])
    func `a whole policy may be chosen, and what a job shows is accepted again`(
        retry: String, policy: RetryPolicy
    ) async throws {
        try await TestServer.run { server in
            let id = try await server.post(#"{"kind":"k","any_kind":true,"retry":\#(retry)}"#)
            #expect(try await server.engine.state(of: id).origin.retry == policy)
            let shown = try #require(try await server.send("GET", "/v1/jobs/\(id)").fields().raw("retry"))
            let again = try await server.post(#"{"kind":"k","any_kind":true,"retry":\#(shown)}"#)
            #expect(try await server.engine.state(of: again).origin.retry == policy)
        }
    }

    @Test(arguments: [
        (#"{"backoff":"linear"}"#, "backoff"), (#"{"max_attempts":1000001}"#, "max_attempts"),
        (#"{"wait":"soon"}"#, "wait"), (#"{"wait":5}"#, "wait"), (#"{"wait_us":-1}"#, "wait_us"),
        (#"{"factor":0.5}"#, "factor"), (#"{"backoff":"constant","factor":2}"#, "factor"),
        (#"{"backoff":"table","maximum":"1h"}"#, "maximum"), (#"{"jitter":1.1}"#, "jitter"),
        (#"{"backoff":"table"}"#, "waits"), (#"{"backoff":"constant","waits":["1s","2s"]}"#, "waits"),
        (#"{"backoff":"none","wait":"1s"}"#, "wait"), (#"{"waits":["1s","never"]}"#, "waits"),
        (#"{"waits_us":["1s"]}"#, "waits_us"),
    ])
    func `a policy that does not fit is refused by field, and nothing is written`(
        retry: String, field: String
    ) async throws {
        try await TestServer.run { server in
            let answer = try await server.send(
                "POST", "/v1/jobs", body: #"{"kind":"k","any_kind":true,"retry":\#(retry)}"#)
            let problem = try answer.problem()
            #expect(problem.kind == .invalidField)
            #expect(problem.extras == [ProblemExtra("field", field)])
            #expect(try await server.head() == .beginning)
        }
    }

    @Test func `a trace in the headers goes on in the job, also without a tracer here`() async throws {
        try await TestServer.run { server in
            let body = #"{"kind":"k","any_kind":true}"#
            let headers = ["Traceparent": Self.parent, "tracestate": "a=1"]
            let answer = try await server.send("POST", "/v1/jobs", headers: headers, body: body)
            let id = try #require(try answer.fields().string("id").flatMap(JobID.init))
            let trace = try await server.engine.state(of: id).origin.trace
            #expect(trace?.values == ["traceparent": Self.parent, "tracestate": "a=1"])
            let event = try #require(try await server.history(of: id).first)
            #expect(
                event.data.text.hasSuffix(#""trace":{"traceparent":"\#(Self.parent)","tracestate":"a=1"}}"#))
            let plain = try await server.post(body)
            #expect(try await server.engine.state(of: plain).origin.trace == nil)
        }
    }

    @Test func `with a tracer the job belongs to the span that the headers name`() async throws {
        let tracer = InMemoryTracer()
        try await TestServer.run({ _, engine in engine.tracer = tracer }) { server in
            let headers = ["In-Memory-Trace-ID": "trace-9", "In-Memory-Span-ID": "span-9"]
            let answer = try await server.send(
                "POST", "/v1/jobs", headers: headers, body: #"{"kind":"k","any_kind":true}"#)
            #expect(answer.status == 201)
            let span = try #require(tracer.finishedSpans.first)
            #expect(span.operationName == "enqueue k")
            #expect(span.traceID == "trace-9")
            #expect(span.parentSpanID == "span-9")
        }
    }
}
