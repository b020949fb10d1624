import Foundation
import NIOHTTP1
import Testing

@Suite("A server that knows its callers", .timeLimit(.minutes(2)))
struct AuthTests {
    @Test func `a key that was made lets in, and its session and stream token outlive the process`()
        async throws
    {
        let place = try Workplace()
        let (ana, bob) = (try await APIKeyEntry.make("ana"), try await APIKeyEntry.make("bob"))
        try Data(String(repeating: "k", count: 64).utf8)
            .write(to: URL(fileURLWithPath: place.path + "/session.txt"))
        try place.protect(
            #"{"api_keys": [\#(ana.entry), \#(bob.entry)], "session_key_file": "session.txt"}"#)
        let (path, stream, cookie) = try await Server.run(place) { server in
            let enqueue = #"{"kind":"inventory","input":\#(place.input),"stream_token":true}"#
            #expect(try await server.send(.POST, "/v1/jobs", enqueue).status == 401)
            let added = try await server.send(.POST, "/v1/jobs", enqueue, headers: ana.headers)
            added.mustSucceed()
            let job = try object(added.body)
            #expect(job["owner"] as? String == "ana")
            let token = try #require((job["stream_token"] as? [String: Any])?["token"] as? String)
            let path = "/v1/jobs/\(try #require(job["id"] as? String))"
            #expect(try await server.send(.GET, path, headers: bob.headers).status == 404)
            let session = try await server.send(.POST, "/v1/session", headers: ana.headers)
            return (path, "\(path)/events?format=ndjson&token=\(token)", try #require(session.cookie))
        }
        try await Server.run(place) { server in
            #expect(try await server.send(.GET, path, headers: ["Cookie": cookie]).status == 200)
            let lines = try await server.send(.GET, stream)
            #expect(lines.status == 200 && lines.body.contains("job.enqueued"))
            #expect(try await server.send(.POST, "\(path)/cancel", headers: bob.headers).status == 404)
        }
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}
