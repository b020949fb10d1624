import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@Suite("Signals over HTTP", .timeLimit(.minutes(1)))
struct SignalTests {
    private let body = #"{"name":"payment","payload":{"amount":120}}"#

    @Test func `a signal that comes before the job waits is kept for it`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let answer = try await server.signal(job, body)
            #expect(answer.status == 200)
            #expect(try answer.fields().string("id") == job.description)
            #expect(try answer.fields().string("state") == "queued")
            let event = try #require(try await server.history(of: job).last)
            #expect(event.kind == "signal.received")
            #expect(event.actor == .person("local"))
            let data = try JSONFields(event.data)
            #expect(try data.string("name") == "payment")
            #expect(data.raw("payload")?.text == #"{"amount":120}"#)
        }
    }

    @Test func `a job that waits for it goes on, and signals of a name are told apart by their order`()
        async throws
    {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            try await worker.wait(for: WaitKey(.signal, "payment"))
            #expect(try await server.signal(worker.job, body).fields().string("state") == "queued")
            try await server.signal(worker.job, #"{"name":"payment"}"#).expect(200)
            let received = try await server.history(of: worker.job).filter { $0.kind == "signal.received" }
            let occurrences = try received.map { try JSONFields($0.data).integer("occurrence") }
            #expect(occurrences == [1, 2])
        }
    }

    @Test func `repeated with its Idempotency-Key it counts once, also after the end`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let first = try await server.signal(job, body, key: "bank-2217")
            let head = try await server.head()
            let again = try await server.signal(job, body, key: "bank-2217")
            #expect(again.status == 200)
            #expect(again.body == first.body)
            #expect(try await server.head() == head)
            try await server.signal(job, body, key: "bank-2218").expect(200)
            #expect(try await server.kinds(of: job).count { $0 == "signal.received" } == 2)
            try await HandWorker(server, job).complete()
            try await server.signal(job, body, key: "bank-2217").expect(200)
        }
    }

    @Test func `an ended job takes none`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let head = try await server.head()
            let problem = try await server.signal(job, body).problem()
            #expect(problem.kind == .jobEnded)
            #expect(problem.status == 409)
            #expect(try await server.head() == head)
            let nowhere = JobID(high: 1, low: 2)
            #expect(try await server.signal(nowhere, body).problem().kind == .unknownJob)
        }
    }

    @Test(arguments: [
        ("", ProblemKind.malformedJSON), ("[]", .malformedJSON), ("{}", .invalidField),
        (#"{"name":""}"#, .invalidField), (#"{"name":7}"#, .invalidField),
        (#"{"name":"a\nb"}"#, .invalidField), (#"{"name":"a","data":1}"#, .unknownField),
    ])
    func `a body that does not fit is refused`(body: String, kind: ProblemKind) async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            #expect(try await server.signal(job, body).problem().kind == kind)
            #expect(try await server.history(of: job).count == 1)
        }
    }
}

extension TestServer {
    fileprivate func signal(_ job: JobID, _ body: String, key: String? = nil) async throws -> WireAnswer {
        try await send(
            "POST", "/v1/jobs/\(job)/signal", headers: key.map { ["Idempotency-Key": $0] } ?? [:], body: body)
    }
}
