import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import ServerTestSupport
import Synchronization
import Testing

/// What takes long is answered with lines, and ends when nobody reads them any more.
@Suite("Auditing over HTTP", .timeLimit(.minutes(1)))
struct AuditRouteTests {
    private func lines(_ answer: WireAnswer) throws -> [ProgressLine] {
        try answer.body.split(separator: "\n").map {
            try ProgressLine(parsing: JSONText(validating: String($0)))
        }
    }

    @Test func `how far it is is told, at most once a second, and the report is the last line`() async throws
    {
        let store = PatientStore { (seen) throws(StoreError) in
            for count in 1...3 { try seen(Int64(count)) }
        }
        try await TestServer.run(over: store) { server in
            let answer = try await server.send("POST", "/v1/verify")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/x-ndjson")
            let lines = try lines(answer)
            #expect(lines.first == .progress(events: 1, total: 9))
            guard case .report(let report) = lines.last else { throw WireFault.cutOff }
            #expect(try AuditReport(parsing: report).isSound)
            #expect(lines.count == 2)
        }
    }

    @Test func `a look whose reader goes away ends`() async throws {
        let (ends, ended) = AsyncStream<Void>.makeStream()
        let store = PatientStore { (seen) throws(StoreError) in
            defer { ended.yield() }
            // For ever, as a look at a very large file does.
            while true { try seen(1) }
        }
        try await TestServer.run(over: store) { server in
            let connection = try await WireConnection(port: server.port)
            try await connection.send(WireConnection.head("POST", "/v1/verify", port: server.port))
            var reader = WireReader(connection)
            #expect(try await reader.head().status == 200)
            #expect(try await reader.line() != nil)
            await connection.close()
            _ = await ends.first { _ in true }
        }
    }

    @Test func `a server that stops says so to whoever waits for a report`() async throws {
        let store = PatientStore { (seen) throws(StoreError) in while true { try seen(1) } }
        try await TestServer.run(over: store) { server in
            let connection = try await WireConnection(port: server.port)
            try await connection.send(
                WireConnection.head(
                    "POST", "/v1/rebuild", port: server.port, headers: ["Content-Length": "0"]))
            var reader = WireReader(connection)
            #expect(try await reader.head().status == 200)
            var last = try await reader.line()
            await server.stopGracefully()
            while let line = try await reader.line() { last = line }
            #expect(last?.contains(#""problem""#) == true, "\(last ?? "")")
        }
    }

    @Test func `what the store cannot do is the last line, as a problem`() async throws {
        try await TestServer.run { server in
            for path in ["prune", "verify", "rebuild"] {
                let body = path == "prune" ? #"{"rules":[{"keep":1}]}"# : "{}"
                let answer = try await server.send("POST", "/v1/\(path)", body: body)
                guard case .problem(let problem) = try lines(answer).last else { throw WireFault.cutOff }
                #expect(problem.kind == .storeFails)
            }
        }
    }

    @Test(arguments: [
        ("prune", "{}", "rules"), ("prune", #"{"rules":[]}"#, "rules"),
        ("prune", #"{"rules":[{}]}"#, "rules"),
        ("prune", #"{"rules":[{"kind":"a"}]}"#, "rules"), ("prune", #"{"rules":[{"keep":-1}]}"#, "keep"),
        ("prune", #"{"rules":[{"keep":1,"states":["running"]}]}"#, "states"),
        ("prune", #"{"rules":[{"keep":1,"age":9}]}"#, "age"), ("verify", #"{"head":"1042"}"#, "head"),
        ("verify", #"{"deep":true}"#, "deep"), ("rebuild", #"{"dry_run":1}"#, "dry_run"),
    ])
    func `a body that does not fit is refused`(path: String, body: String, field: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send("POST", "/v1/\(path)", body: body)
            #expect(answer.status == 400)
            #expect(answer.body.contains("\"\(field)\""), "\(answer.body)")
        }
    }
}

/// A store in memory whose audit does what the test says.
private struct PatientStore: AuditedStorage {
    typealias Look = @Sendable ((Int64) throws(StoreError) -> Void) throws(StoreError) -> Void

    let store = InMemoryStore()
    let look: Look

    init(_ look: @escaping Look) { self.look = look }

    var identity: String { store.identity }

    func openWriter() throws(StoreError) -> any StorageWriter { try store.openWriter() }

    func openReader() throws(StoreError) -> any StorageReader { try store.openReader() }

    func audit(
        anchor: LogHead?, isThorough: Bool,
        progress: @escaping @Sendable (AuditProgress) throws(StoreError) -> Void
    ) throws(StoreError) -> AuditReport {
        try look { (events) throws(StoreError) in try progress(AuditProgress(events: events, total: 9)) }
        return AuditReport()
    }

    func repairProjections(
        progress: (AuditProgress) throws(StoreError) -> Void
    ) throws(StoreError) -> ProjectionRepair {
        try look { (events) throws(StoreError) in try progress(AuditProgress(events: events, total: 9)) }
        return ProjectionRepair(events: 9, rows: 0, sentences: [])
    }
}
