import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import Testing

@Suite("Budgets over HTTP", .timeLimit(.minutes(1)))
struct BudgetTests {
    private static let body =
        #"{"kind":"test.job","any_kind":true,"budget":{"limit":"5.00","unit":"usd","policy":"pause"}}"#

    @Test func `a job is enqueued with a budget, shows what it spent, and is raised and resumed`()
        async throws
    {
        try await TestServer.run { server in
            let created = try await server.send("POST", "/v1/jobs", body: Self.body)
            #expect(created.status == 201)
            #expect(
                created.body.contains(#""budget":{"limit":"5","unit":"usd","policy":"pause","spent":"0"}"#))
            let id = try #require(try created.fields().string("id").flatMap(JobID.init))
            let worker = try await HandWorker(server, id)
            try await worker.work(.charge(JobCharge(5.25, "usd")))
            let path = "/v1/jobs/\(id)"
            let paused = try await server.send("GET", path)
            #expect(paused.body.contains(#""state":"paused""#))
            #expect(
                paused.body.contains(
                    #""budget":{"limit":"5","unit":"usd","policy":"pause","spent":"5.25","is_warned":true}"#))
            #expect(paused.body.contains(#""spent":{"usd":"5.25"}"#))
            // Raised, and still paused.
            let raised = try await server.send(
                "POST", path + "/budget", body: #"{"limit":7.5,"reason":"worth it"}"#)
            #expect(raised.status == 200)
            #expect(raised.body.contains(#""limit":"7.5""#) && raised.body.contains(#""state":"paused""#))
            let resumed = try await server.send(
                "POST", path + "/budget", body: #"{"limit":"9","resume":true}"#)
            #expect(resumed.status == 200 && resumed.body.contains(#""state":"queued""#))
            // Repeating it changes nothing.
            let version = try await server.engine.state(of: id).version
            let again = try await server.send("POST", path + "/budget", body: #"{"limit":"9","resume":true}"#)
            #expect(again.status == 200)
            #expect(try await server.engine.state(of: id).version == version)
            let kinds = try await server.history(of: id).map(\.kind)
            #expect(kinds.suffix(3) == ["budget.raised", "budget.raised", "job.unpaused"])
        }
    }

    @Test func `what does not fit is refused and says why`() async throws {
        try await TestServer.run { server in
            let created = try await server.send("POST", "/v1/jobs", body: Self.body)
            let id = try #require(try created.fields().string("id"))
            let path = "/v1/jobs/\(id)/budget"
            let lower = try await server.send("POST", path, body: #"{"limit":"4"}"#)
            #expect(try lower.problem().kind == .budgetNotRaised && lower.status == 409)
            #expect(lower.body.contains(#""limit":"5""#))
            let none = try await server.enqueue()
            let without = try await server.send("POST", "/v1/jobs/\(none)/budget", body: #"{"limit":"4"}"#)
            #expect(try without.problem().kind == .noBudget && without.status == 409)
            for body in [#"{"limit":"-1"}"#, #"{"limit":"1e3"}"#, "{}", #"{"limit":0.0000001}"#] {
                #expect(try await server.send("POST", path, body: body).problem().kind == .invalidField)
            }
            #expect(
                try await server.send("POST", path, body: #"{"limit":"9","by":"x"}"#).problem().kind
                    == .unknownField)
            for budget in [
                #"{"limit":"0","unit":"usd"}"#, #"{"limit":"1"}"#,
                #"{"limit":"1","unit":"usd","policy":"stop"}"#,
            ] {
                let answer = try await server.send(
                    "POST", "/v1/jobs", body: #"{"kind":"test.job","any_kind":true,"budget":\#(budget)}"#)
                #expect(try answer.problem().kind == .invalidField)
            }
        }
    }
}
