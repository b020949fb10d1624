import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import Testing

@Suite("What command lines ask of a server", .timeLimit(.minutes(1)))
struct SheetTests {
    @Test func `a sheet is read back as it was written, with large values in full`() async throws {
        try await TestServer.run { server in
            let large = "\"" + String(repeating: "x", count: 70_000) + "\""
            let job = try await server.enqueue(input: large)
            let worker = try await HandWorker(server, job)
            try await worker.step("parse")
            for number in 1...4 { try await worker.say("line \(number)") }
            try await worker.complete(#"{"rows":3}"#)
            let answer = try await server.send("GET", "/v1/jobs/\(job)/sheet?logs=2")
            #expect(answer.status == 200)
            let json = try JSONText(validating: answer.body)
            let sheet = try JobSheet(parsing: json)
            #expect(sheet.json == json)
            #expect(sheet.input?.text == large)
            #expect(sheet.output?.text == #"{"rows":3}"#)
            #expect(sheet.snapshot.logs.count == 2)
            #expect(sheet.snapshot.steps.map(\.key) == [StepKey("parse")])
        }
    }

    @Test func `jobs are found by the start and by the end of their ids`() async throws {
        try await TestServer.run { server in
            let jobs = [try await server.enqueue(), try await server.enqueue()]
            func found(_ part: String) async throws -> [JobID] {
                let answer = try await server.send("GET", "/v1/jobs?id=\(part)")
                let page = try JobPage(parsing: try JSONText(validating: answer.body))
                return try page.jobs.map { try JobStateCodec.decode($0).id }
            }
            for job in jobs {
                #expect(try await found("\(job)") == [job])
                #expect(try await found(String("\(job)".suffix(12))) == [job])
            }
            #expect(try await found(String("\(jobs[0])".prefix(8))).count == 2)
            #expect(try await found("ffffffff") == [])
            #expect(try await server.send("GET", "/v1/jobs?id=12345").status == 400)
        }
    }

    @Test func `a change of a queue leaves alone what it does not name`() async throws {
        try await TestServer.run { server in
            try await server.engine.configure("mail", QueueLimits(concurrency: 3, perProcess: 2, weight: 5))
            let answer = try await server.send(
                "PATCH", "/v1/queues/mail", body: #"{"concurrency":null,"per_key":1}"#)
            #expect(answer.status == 200)
            let report = try QueueReport(parsing: try JSONText(validating: answer.body))
            #expect(report.state.limits == QueueLimits(perProcess: 2, weight: 5, perKey: 1))
        }
    }
}
