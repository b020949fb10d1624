import HoldfastCore
import HoldfastTesting
import Testing

// Jobs that go from one log to another, as far as the document describes it.
extension OpenAPIExchange {
    func moveJobs() async throws {
        let job = try await server.finishedJob()
        let export = try await send("GET", "/v1/jobs/{id}/export", "\(job)", "?artifacts=true").body
        try await send("GET", "/v1/jobs/{id}/export", "x", status: 404)
        try await send("POST", "/v1/import", body: export, status: 409)
        try await send("POST", "/v1/import", body: "{}", status: 400)
        try await send("POST", "/v1/import", "?resume=maybe", body: export, status: 400)
        // The same history under an id that this log has not seen.
        let other = try await TestServer.run { elsewhere in
            elsewhere.clock.advance(by: .seconds(1))
            let job = try await elsewhere.enqueue()
            return try await elsewhere.send("GET", "/v1/jobs/\(job)/export").body
        }
        try await send("POST", "/v1/import", "?resume=1", body: other, status: 201)
    }
}
