import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

/// The agent, whose server dies in the middle of a tool call.
@Suite("The agent, killed while it uses a tool", .timeLimit(.minutes(5)))
struct AgentKillTests {
    @Test func `a call that was cut off is made again, shown once, and can be cancelled`() async throws {
        // Takes connections and never answers.
        let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(silent.localAddress?.port)
        let place = try Workplace(.apps)
        var reader = AppReader(app: .agent(doing: "Get http://127.0.0.1:\(port)/"))
        let begun = try await Server.kill(place) { command in
            let server = try await Server(command)
            reader.id = try await reader.app.start(on: server)
            while reader.seen.last?.data.contains("fetch_url") != true {
                try await reader.read(1, from: server)
            }
            return try await steps(of: reader, on: server)
        }
        try await Server.run(place) { server in
            while try await steps(of: reader, on: server) == begun {}
            let cancel = "/api/agent/executions/\(reader.id ?? "")/cancel"
            try await server.send(.POST, cancel, "{}").mustSucceed()
            try await reader.read(.max, from: server)
        }
        let calls = reader.seen.filter { $0.event == "tool:start" && $0.data.contains("fetch_url") }
        #expect(calls.count == 1, "\(reader.seen)")
        #expect(reader.seen.last?.event == "execution:error")
        #expect(reader.seen.last?.data == #"{"error":"cancelled","stack":"execution cancelled"}"#)
        try await silent.close()
    }

    /// How many steps were begun.
    private func steps(of reader: AppReader, on server: Server) async throws -> Int {
        let events = try await server.send(.GET, "/v1/jobs/\(reader.id ?? "")/events?limit=1000")
        events.mustSucceed()
        return events.body.matches(of: /"kind":"step\.started"/).count
    }
}
