import Foundation
import NIOHTTP1
import Testing

/// The reference applications, whose server dies while they are watched.
@Suite("The reference applications, killed", .timeLimit(.minutes(5)))
struct AppKillTests {
    @Test(arguments: WatchedApp.all)
    func `killed at any moment, the same stream goes on, and no recorded step runs twice`(
        _ app: WatchedApp
    ) async throws {
        let place = try Workplace(.apps)
        var reader = AppReader(app: app)
        for _ in 1...4 {
            try await Server.kill(place) { command in
                let server = try await Server(command)
                if reader.id == nil { reader.id = try await app.start(on: server) }
                // Dies in the middle of whatever comes behind these.
                try await reader.read(.random(in: 0...5), from: server)
            }
        }
        try await Server.run(place) { server in
            try await reader.read(.max, from: server)
            try await check(reader, on: server)
        }
        let job = try #require(reader.job)
        let history = try await BuiltCommand.run(["history", job, "--json", "--db", place.database])
        let events = try history.lines.map { try Envelope(line: $0) }
        let steps = events.filter { $0.kind == "step.completed" }
        #expect(steps.count > 2)
        #expect(Set(steps.map(\.step)).count == steps.count, "a recorded step ran again")
        let files = events.filter { $0.kind == "artifact.saved" }.map(\.data.name)
        #expect(Set(files).count == files.count, "a file was saved twice")
    }

    /// What was read in pieces is what there is, and there is no more.
    private func check(_ reader: AppReader, on server: Server) async throws {
        #expect(reader.seen.last?.event == reader.app.lastEvent, "\(reader.seen.suffix(2))")
        var whole = AppReader(app: reader.app)
        whole.id = reader.id
        try await whole.read(.max, from: server)
        #expect(whole.seen == reader.seen)
        #expect(Set(whole.seen.map(\.id)).count == whole.seen.count)
        let over = try await EventStream(server.url + reader.path, lastEventID: reader.seen.last?.id)
        #expect(over.status == 204)
    }
}

/// A reference application as a stranger watches it.
struct WatchedApp: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Where a job is started, and with what.
    let begin: (path: String, body: String)
    /// The field of the answer that has the id.
    let idField: String
    /// What stands in ids before the job's own.
    var idPrefix = ""
    /// The path of the stream; `ID` stands for the id.
    let stream: String
    /// The name of the event with which a job ends well; empty where events have no names.
    let lastEvent: String
    /// The name of the event with which each connection begins, which is not of the job; nil where there is none.
    var greeting: String?

    /// One row for each application.
    static let all = [recipes, generation, agent(doing: "Reckon 6 * 7, 2 ^ 10 and 1 / 8.")]

    static let recipes = WatchedApp(
        testDescription: "recipes",
        begin: (
            "/api/admin/generate-bmad",
            #"{"count":30,"mealTypes":["lunch"],"enableImageGeneration":true,"enableS3Upload":true}"#
        ),
        idField: "batchId", idPrefix: "bmad_", stream: "/api/admin/bmad-progress-stream/ID",
        lastEvent: "complete", greeting: "connected")

    static let generation = WatchedApp(
        testDescription: "code generation",
        begin: ("/generations", #"{"prompt":"A shop","entities":["User","Order","Invoice"]}"#),
        idField: "generation_id", stream: "/generations/ID/stream", lastEvent: "")

    /// An agent with a task.
    static func agent(doing task: String) -> WatchedApp {
        WatchedApp(
            testDescription: "agent", begin: ("/api/agent/execute", #"{"task":"\#(task)"}"#),
            idField: "executionId", stream: "/api/agent/executions/ID/stream",
            lastEvent: "execution:complete")
    }

    /// Starts a job, and gives its id.
    func start(on server: Server) async throws -> String {
        let answer = try await server.send(.POST, begin.path, begin.body)
        try #require(answer.status == 202, "\(answer.body)")
        let fields = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
        return try #require(fields?[idField] as? String)
    }
}

/// A browser that watches one job: it comes back with the id of the last event that it got.
struct AppReader {
    let app: WatchedApp
    var id: String?
    private(set) var seen: [StreamBlock] = []

    init(app: WatchedApp) { self.app = app }

    /// The path of the stream.
    var path: String { app.stream.replacing("ID", with: id ?? "") }
    /// The id of the job itself.
    var job: String? { id.map { String($0.dropFirst(app.idPrefix.count)) } }

    /// Reads so many events, or to the end of the stream.
    mutating func read(_ count: Int, from server: Server) async throws {
        var stream = try await EventStream(server.url + path, lastEventID: seen.last?.id)
        guard stream.status == 200 else { return #expect(stream.status == 204) }
        for _ in 0..<count {
            guard let block = try await stream.next() else { return }
            if block.event.isEmpty || block.event != app.greeting { seen.append(block) }
        }
    }
}
