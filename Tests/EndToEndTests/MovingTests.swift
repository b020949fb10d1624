import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Subprocess
import Testing

@Suite("Moving a log that is in use", .timeLimit(.minutes(5)))
struct MovingTests {
    @Test func `a backup under load is a prefix of the log, which open shows without changing it`()
        async throws
    {
        let place = try Workplace()
        let copies = (0..<3).map { "\(place.path)/copy-\($0).db" }
        try await Server.run(place) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { while !Task.isCancelled { try await Self.enqueue(server.url) } }
                }
                for copy in copies {
                    let outcome = try await BuiltCommand.run(["backup", copy, "--db", place.database])
                    #expect(outcome.status.isSuccess, "\(outcome.errors)")
                    #expect(outcome.lines.last?.hasPrefix("Head: ") == true)
                }
                group.cancelAll()
                while let ended = await group.nextResult() {
                    if case .failure(let error) = ended, !(error is CancellationError) { throw error }
                }
            }
        }
        let all = try await events(of: place.database)
        var lengths: [Int] = []
        for copy in copies {
            let copied = try await events(of: copy)
            #expect(copied == Array(all.prefix(copied.count)))
            lengths.append(copied.count)
        }
        #expect(
            lengths == lengths.sorted() && lengths[0] > 0 && lengths[2] < all.count,
            "\(lengths) of \(all.count)")
        try await look(at: copies[2], in: place)
        try await goOn(with: copies[2], in: place)
    }

    /// Serves a copy, reads and writes, and compares the bytes before and after.
    private func look(at copy: String, in place: Workplace) async throws {
        let folder = "\(place.path)/case"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let file = "\(folder)/jobs.db"
        try FileManager.default.moveItem(atPath: copy, toPath: file)
        let before = try Data(contentsOf: URL(fileURLWithPath: file))
        let (_, status) = try await BuiltCommand.run(["open", file, "--read-only", "--port", "0"]) {
            command in
            let server = try await Server(command)
            let jobs = try await BuiltCommand.run(["jobs", "--url", server.url, "--json", "--limit", "5"])
            #expect(jobs.lines.count == 5, "\(jobs.errors)")
            let refused = try await BuiltCommand.run([
                "enqueue", "cold.job", "--any-kind", "--url", server.url,
            ])
            #expect(
                refused.status == .exited(77) && refused.errors.contains("reading only"), "\(refused.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["jobs.db"])
            try command.terminate()
        }
        #expect(status == .exited(0))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["jobs.db"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
        try FileManager.default.moveItem(atPath: file, toPath: copy)
    }

    /// Restores a backup over the log, but not while a server has it open, and finds that a cursor of the old log is foreign.
    private func goOn(with copy: String, in place: Workplace) async throws {
        let restore = ["restore", copy, "--db", place.database, "--replace"]
        let old = try await Server.run(place) { server in
            let refused = try await BuiltCommand.run(restore)
            #expect(refused.status == .exited(69), "\(refused.errors)")
            return try await Self.identity(server.url)
        }
        let restored = try await BuiltCommand.run(restore)
        #expect(restored.status.isSuccess, "\(restored.errors)")
        try await Server.run(place) { server in
            #expect(try await Self.identity(server.url) != old)
            let text = try await Self.get(
                "\(server.url)/v1/stream?last_event_id=5&log=\(old)", until: "stream.gap")
            #expect(text.contains(#""reason":"foreign""#))
        }
    }

    private func events(of database: String) async throws -> [String] {
        let script = #"sqlite3 "$1" "SELECT position, kind, hex(hash) FROM events ORDER BY position""#
        let outcome = try await BuiltCommand.shell(script, [database])
        #expect(outcome.status.isSuccess)
        return outcome.lines
    }

    private static func enqueue(_ url: String) async throws {
        var request = HTTPClientRequest(url: "\(url)/v1/jobs")
        request.method = .POST
        request.body = .bytes(
            Array(
                #"{"kind":"cold.job","any_kind":true,"input":"\#(String(repeating: "x", count: 4000))"}"#.utf8
            ))
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        #expect(answer.status.code == 201)
        _ = try await answer.body.collect(upTo: 1 << 16)
    }

    private static func identity(_ url: String) async throws -> String {
        let text = try await get("\(url)/v1/stream?from=now", until: "stream.caught_up")
        return try #require(text.firstMatch(of: /"log":"([0-9a-f]{32})"/)).output.1.description
    }

    private static func get(_ url: String, until word: String) async throws -> String {
        let answer = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
        var text = ""
        for try await part in answer.body {
            text += String(buffer: part)
            if text.contains(word) { break }
        }
        return text
    }
}
