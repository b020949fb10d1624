import HTTPTypes
import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastServer
import HoldfastTesting
import ServerTestSupport
import Synchronization
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The agent's tools", .timeLimit(.minutes(1)))
struct AgentToolTests {
    @Test func `files are written, listed and read, in folders as well`() async throws {
        let agent = ScriptedAgent(wishes: [
            .init("create_file", ["path": "a/b/note.txt", "content": "håll fast"]),
            .init("create_file", ["path": "a/b/note.txt", "content": "again"]),
            .init("list_files", ["path": ""]),
            .init("list_files", ["path": "a/b"]),
            .init("read_file", ["path": "a/b/note.txt"]),
            .init("read_file", ["path": "a/b"]),
            .init("read_file", ["path": "none.txt"]),
        ])
        try await withFolder { folder in
            try await TestServer.runAgent(agent.model, folder: folder) { server in
                let results = try await server.results()
                #expect(
                    results == [
                        "10 bytes in a/b/note.txt", "5 bytes in a/b/note.txt", "a/", "note.txt", "again",
                        "error: a/b is no file", "error: none.txt: No such file or directory",
                    ])
            }
        }
    }

    @Test(arguments: [
        "../x", "/etc/hostname", "a/../../x", ".", "..", ".x", "a/./b", "a\0b", "a/b/c/d/e/f/g/h/i",
    ])
    func `a path that leads elsewhere is refused`(path: String) async throws {
        let agent = ScriptedAgent(wishes: [
            .init("create_file", ["path": path, "content": "x"]), .init("read_file", ["path": path]),
            .init("list_files", ["path": path]),
        ])
        try await withFolder { folder in
            try await TestServer.runAgent(agent.model, folder: folder + "/jobs") { server in
                let results = try await server.results()
                #expect(results.count == 3)
                #expect(results.allSatisfy { $0.contains("is no path in the folder") }, "\(results)")
                let left = try FileManager.default.contentsOfDirectory(atPath: folder)
                #expect(left.allSatisfy { $0 == "jobs" }, "\(left)")
            }
        }
    }

    @Test func `a link leads nowhere, whoever put it there`() async throws {
        try await withFolder { folder in
            try Data("secret".utf8).write(to: URL(fileURLWithPath: folder + "/secret"))
            let jobs = folder + "/jobs"
            var agent = ScriptedAgent(wishes: [
                .init("create_file", ["path": "first", "content": "x"]),
                .init("read_file", ["path": "file"]),
                .init("create_file", ["path": "file", "content": "mine"]),
                .init("read_file", ["path": "folder/secret"]),
                .init("create_file", ["path": "folder/planted", "content": "x"]),
                .init("list_files", ["path": "folder"]),
                .init("read_file", ["path": "file"]),
            ])
            agent.before = { made in
                guard made == 1 else { return }
                let files = FileManager.default
                let job = try #require(try files.contentsOfDirectory(atPath: jobs).first)
                try files.createSymbolicLink(
                    atPath: "\(jobs)/\(job)/file", withDestinationPath: folder + "/secret")
                try files.createSymbolicLink(atPath: "\(jobs)/\(job)/folder", withDestinationPath: folder)
            }
            try await TestServer.runAgent(agent.model, folder: jobs) { server in
                let results = try await server.results()
                try #require(results.count == 7)
                for index in [1, 3, 4, 5] { #expect(results[index].hasPrefix("error: "), "\(results)") }
                // The link itself was replaced, not what it leads to.
                #expect(results[6] == "mine")
                let secret = try Data(contentsOf: URL(fileURLWithPath: folder + "/secret"))
                #expect(secret == Data("secret".utf8))
                #expect(!FileManager.default.fileExists(atPath: folder + "/planted"))
            }
        }
    }

    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("-2 ^ 2", "-4"), ("2 ^ 3 ^ 2", "512"), ("7 % 4", "3"),
        ("1 / 4", "0.25"), ("2 ^ -1", "0.5"), (" 10 - 4 - 3 ", "3"), ("--5", "5"), ("1.5 * 2", "3"),
        ("1 / 0", "error: nothing can be divided by 0"), ("2 +", "error: a number is missing at the end"),
        ("(1", "error: a parenthesis is not closed"), ("1 2", "error: \"2\" makes no sense in 1 2"),
        ("", "error: a number is missing at the end"), ("1..2", "error: a number is missing before \"1\""),
        ("x", "error: a number is missing before \"x\""), ("10 ^ 999", "error: 10 ^ 999 has no value"),
    ])
    func `arithmetic has a grammar of its own`(expression: String, value: String) async throws {
        let agent = ScriptedAgent(wishes: [.init("calculate", ["expression": expression])])
        try await withFolder { folder in
            try await TestServer.runAgent(agent.model, folder: folder) { server in
                let results = try await server.results()
                #expect(results == [value])
            }
        }
    }

    @Test func `an expression that is nested without end is refused`() async throws {
        let agent = ScriptedAgent(
            wishes: ["(", "-", "2^"].map {
                .init("calculate", ["expression": String(repeating: $0, count: 400) + "1"])
            } + [.init("calculate", ["expression": String(repeating: "1", count: 1_001)])])
        try await TestServer.runAgent(agent.model) { server in
            let results = try await server.results()
            #expect(
                results == Array(repeating: "error: the expression is nested too deeply", count: 3)
                    + ["error: an expression has at most 1000 bytes"])
        }
    }

    @Test func `what is allowed is fetched, and nothing else`() async throws {
        try await withFolder { folder in
            try await TestServer.run(
                endpoints: { _, table in
                    table.on("text", .get, .anyone) { _, _, _ in .page("hello") }
                    table.on("large", .get, .anyone) { _, _, _ in .page(String(repeating: "x", count: 65_537))
                    }
                }
            ) { other in
                let address = "http://127.0.0.1:\(other.port)"
                let agent = ScriptedAgent(wishes: [
                    .init("fetch_url", ["url": "\(address)/text"]),
                    .init("fetch_url", ["url": "\(address)/none"]),
                    .init("fetch_url", ["url": "\(address)/large"]),
                    .init("fetch_url", ["url": "http://localhost:\(other.port)/text"]),
                    .init("fetch_url", ["url": "http://ana@127.0.0.1:\(other.port)/text"]),
                    .init("fetch_url", ["url": "file:///etc/hostname"]),
                    .init("fetch_url", [:]),
                ])
                try await TestServer.runAgent(
                    agent.model, folder: folder, fetchHosts: ["127.0.0.1:\(other.port)"]
                ) { server in
                    let results = try await server.results()
                    try #require(results.count == 7)
                    #expect(results[0] == "200, text/html; charset=utf-8\nhello")
                    #expect(results[1].hasPrefix("404"))
                    #expect(results[2] == "error: there are more than 65536 bytes at \(address)/large")
                    #expect(results[3] == "error: localhost is not one of the hosts that may be fetched from")
                    #expect(results[4].hasSuffix("is no HTTP address"))
                    #expect(results[5] == "error: file:///etc/hostname is no HTTP address")
                    #expect(results[6] == "error: fetch_url needs the parameter url")
                }
            }
        }
    }

    @Test func `a call takes as long as it does, in milliseconds`() async throws {
        let clock = Mutex<ManualClock?>(nil)
        try await TestServer.run(
            endpoints: { _, table in
                table.on("slow", .get, .anyone) { _, _, _ in
                    clock.withLock { $0?.advance(by: .milliseconds(2500)) }
                    return .page("late")
                }
            }
        ) { other in
            let agent = ScriptedAgent(
                wishes: [.init("fetch_url", ["url": "http://127.0.0.1:\(other.port)/slow"])])
            try await TestServer.runAgent(agent.model, fetchHosts: ["127.0.0.1"]) { server in
                clock.withLock { $0 = server.clock }
                let id = try await server.execute("t")
                let call = try await server.blocks("/api/agent/executions/\(id)/stream")
                    .first { $0["event"] == "tool:complete" }
                #expect(try call?.fields().integer("duration") == 2500)
            }
        }
    }

    @Test func `an unknown tool is an answer to the agent, and a phase has so many calls and no more`()
        async throws
    {
        let agent = ScriptedAgent(wishes: Array(repeating: .init("delete_all", [:]), count: 20))
        try await TestServer.runAgent(agent.model) { server in
            let results = try await server.results()
            #expect(results == Array(repeating: "error: there is no tool delete_all", count: 7))
        }
    }
}
