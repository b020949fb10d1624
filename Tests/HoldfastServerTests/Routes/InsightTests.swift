import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Why, what differs and who decided, over HTTP", .timeLimit(.minutes(1)))
struct InsightTests {
    @Test func `whoever may see the job alone is told what holds it, and not who`() async throws {
        try await TestServer.runGuarded { server in
            let job = try await server.enqueue(of: .ana)
            try await server.engine.pauseQueue(.default, reason: "audit", by: .person("adam"))
            func reason(_ guest: Guest) async throws -> JSONFields {
                let answer = try await server.send("GET", "/v1/jobs/\(job)/why", headers: guest.headers)
                #expect(answer.status == 200)
                let list = try answer.fields().raw("reasons").flatMap(JSONValues.elements)
                return try JSONFields(try #require(list?.first))
            }
            for guest in [Guest.ana, .vera] {
                let reason = try await reason(guest)
                #expect(try reason.string("code") == "queue_paused")
                #expect(try reason.timestamp("since") == server.clock.timestamp)
                #expect(try reason.string("reason") == (guest == .vera ? "audit" : nil))
                #expect(try reason.object("actor")?.string("id") == (guest == .vera ? "adam" : nil))
            }
        }
    }

    @Test func `a job of somebody else cannot be compared with, on either side`() async throws {
        try await TestServer.runGuarded { server in
            let (own, other) = (try await server.enqueue(of: .bob), try await server.enqueue(of: .ana))
            for path in ["\(own)/diff/\(other)", "\(other)/diff/\(own)"] {
                let answer = try await server.ask("GET", "/v1/jobs/\(path)", headers: Guest.bob.headers)
                #expect(answer.status == 404)
                #expect(try answer.problem().kind == .unknownJob)
            }
            let path = "/v1/jobs/\(own)/diff/\(other)?rows=1"
            #expect(try await server.ask("GET", path, headers: Guest.vera.headers).status == 200)
            #expect(try await server.ask("GET", path + "001", headers: Guest.vera.headers).status == 400)
        }
    }

    @Test func `pages of decisions follow one another without a gap`() async throws {
        try await TestServer.run { server in
            for _ in 1...3 { try await server.engine.pauseQueue("mail", by: .person("ana")) }
            for number in 1...5 {
                try await server.engine.configure(
                    "mail", QueueLimits(concurrency: number), by: .person("ana"))
                try await server.enqueue()
            }
            var (positions, after): ([String], String?) = ([], "0")
            while let cursor = after {
                let answer = try await server.send("GET", "/v1/actors?limit=1&after=\(cursor)")
                let page = try answer.fields()
                for decision in page.raw("decisions").flatMap(JSONValues.elements) ?? [] {
                    positions += [try #require(try JSONFields(decision).string("position"))]
                }
                after = try page.string("next")
            }
            #expect(positions == ["1", "2", "4", "6", "8", "10"])
        }
    }
}
