import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import ServerTestSupport
import Testing

@testable import CodeGenerationExample

@Suite("The application that generates code", .timeLimit(.minutes(1)))
struct CodeGenerationTests {
    @Test func `a generation tells each stage with its exact progress, fields and types`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.generate(#"{"prompt":"A shop","entities":["User"]}"#).id
            let blocks = try await server.messages(of: id)
            #expect(blocks.allSatisfy { $0["event"] == nil && $0["id"] != nil })
            let messages = try blocks.map { try $0.fields() }
            #expect(
                try messages.map { "\(try $0.text("stage")) \(try $0.text("progress"))" } == [
                    "initializing 0.02", "code_generation 0.04", "phased_generation_started 0.05",
                    "phase_1_complete 0.2", "phase_2_complete 0.4", "phase_3_complete 0.6",
                    "phase_4_complete 0.8", "phase_5_complete 0.85", "phase_6_complete 0.95",
                    "file_management 0.97", "quality_assessment 0.99", "completed 1",
                ])
            let always = ["generation_id", "message", "progress", "stage", "status", "timestamp"]
            let phase = ["current_file", "estimated_time_remaining", "partial_output", "phase_info"]
            let more: [String: [String]] = [
                "initializing": ["ab_group", "enhanced_features", "generation_mode"],
                "code_generation": ["generation_mode"], "phased_generation_started": ["phase_info"],
                "file_management": ["new_file_count"],
            ]
            for message in messages {
                let stage = try message.text("stage")
                let expected = stage.hasPrefix("phase_") ? phase : more[stage] ?? []
                #expect(message.keys.sorted() == (always + expected).sorted(), "\(stage)")
                #expect(try message.string("generation_id") == id)
                #expect(try message.string("message")?.isEmpty == false)
                #expect(try message.string("status") == (stage == "completed" ? "completed" : "processing"))
                #expect(try message.text("timestamp") == "1791460800")
            }
            #expect(
                try messages[2].text("phase_info")
                    == #"{"current_phase":1,"entities_count":1,"total_phases":6}"#)
            #expect(
                try messages[3...8].map { try $0.text("phase_info") }
                    == [
                        (1, "Core Infrastructure", 3), (2, "User Entity", 4), (3, "User Service", 5),
                        (4, "User Tests", 6), (5, "Support Files", 9), (6, "Main Application", 10),
                    ].map { #"{"files_generated":\#($2),"name":"\#($1)","phase":\#($0),"total_files":10}"# })
            #expect(try messages[8].string("current_file") == "main.py")
            #expect(try messages[8].string("partial_output")?.contains("offline model") == true)
            #expect(try messages[9].integer("new_file_count") == 10)
        }
    }

    @Test(arguments: [0, 2, 3])
    func `the progress of the phases depends on how many entities there are`(_ count: Int) async throws {
        let expected: [Int: [String]] = [
            0: [], 2: ["0.3", "0.4", "0.5", "0.6", "0.7", "0.8"],
            3: [
                "0.26666666666666666", "0.3333333333333333", "0.4", "0.4666666666666667",
                "0.5333333333333333", "0.6", "0.6666666666666666", "0.7333333333333333", "0.8",
            ],
        ]
        let names = ["A", "B", "C"].prefix(count).map { #""\#($0)""# }.joined(separator: ",")
        try await TestServer.runApps { server in
            let id = try await server.generate(#"{"prompt":"","entities":[\#(names)]}"#).id
            let messages = try await server.messages(of: id).map { try $0.fields() }
            let phases = try messages.filter { try $0.text("stage").hasPrefix("phase_") }
            #expect(
                try phases.map { try $0.text("progress") } == ["0.2"] + (expected[count] ?? []) + [
                    "0.85", "0.95",
                ])
            #expect(phases.count == 3 + 3 * count)
        }
    }

    @Test func `each reader goes on behind what it has, and one that has all of it gets 204`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.generate(#"{"prompt":"A shop","entities":["User","Order"]}"#).id
            _ = try await server.messages(of: id)
            let change = try await server.iterate(id, "Remove Order").id
            let blocks = try await server.messages(of: change)
            #expect(blocks.contains { $0["id"]?.contains(".") == true }, "two messages of one event")
            for (index, block) in blocks.dropLast().enumerated() {
                let rest = try await server.messages(of: change, cursor: block["id"])
                #expect(rest == Array(blocks[(index + 1)...]))
            }
            for path in ["", "?last_event_id=\(blocks.last?["id"] ?? "")"] {
                let headers = path.isEmpty ? ["Last-Event-ID": blocks.last?["id"] ?? ""] : [:]
                let answer = try await server.send(
                    "GET", "/generations/\(change)/stream\(path)", headers: headers)
                answer.expect(204)
            }
        }
    }

    @Test func `a prompt always gets the same mode, and the files are written in it`() async throws {
        try await TestServer.runApps { server in
            for (prompt, mode, group, isEnhanced) in [
                ("A shop", GenerationMode.classic, "A", false), ("A forum", .enhanced, "B", true),
            ] {
                let id = try await server.generate(#"{"prompt":"\#(prompt)","entities":["User"]}"#).id
                let first = try #require(try await server.messages(of: id).first).fields()
                #expect(try first.string("generation_mode") == mode.rawValue)
                #expect(try first.string("ab_group") == group)
                #expect(
                    try first.text("enhanced_features")
                        == #"{"input_validation":\#(isEnhanced),"pagination":\#(isEnhanced)}"#)
                let file = try await server.send(
                    "GET", "/generations/\(id)/files/app/services/user_service.py")
                #expect(file.body.contains("limit=50") == isEnhanced)
            }
        }
    }

    @Test func `bodies that make no sense are refused before anything begins`() async throws {
        try await TestServer.runApps { server in
            for body in [
                #"{"prompt":"A shop"}"#, #"{"prompt":"A shop","entities":["../x"]}"#,
                #"{"prompt":"A shop","entities":["User","user"]}"#, #"{"prompt":1,"entities":[]}"#,
                #"{"prompt":"A shop","entities":["1"]}"#, "[", #"{"prompt":"A shop","entities":[""]}"#,
                #"{"prompt":"A shop","entities":["None"]}"#,
            ] {
                let answer = try await server.send("POST", "/generations", body: body)
                #expect((400...422).contains(answer.status), "\(body): \(answer.status)")
                _ = try answer.problem()
            }
            #expect(try await server.engine.log.read { try $0.jobs(JobQuery()) } == [])
        }
    }
}

extension TestServer {
    /// Starts a generation.
    func generate(
        _ body: String, at path: String = "/generations", as guest: Guest? = nil
    ) async throws -> (id: String, token: String) {
        let answer = try await send("POST", path, headers: guest?.headers ?? [:], body: body)
        try #require(answer.status == 202, "\(answer.body)")
        let fields = try answer.fields()
        #expect(fields.keys.sorted() == ["generation_id", "sse_token"])
        let id = try #require(try fields.string("generation_id"))
        #expect(JobID(id) != nil, "not the UUID of a job: \(id)")
        return (id, try #require(try fields.string("sse_token")))
    }

    /// Starts an iteration.
    func iterate(
        _ parent: String, _ change: String, as guest: Guest? = nil
    ) async throws -> (id: String, token: String) {
        let body = #"{"parent_generation_id":"\#(parent)","modification_prompt":"\#(change)"}"#
        return try await generate(body, at: "/generations/iterate", as: guest)
    }

    /// The messages of a generation, up to its end.
    func messages(
        of id: String, cursor: String? = nil, headers: [String: String] = [:]
    ) async throws -> [ViewedBlock] {
        try await blocks("/generations/\(id)/stream", cursor: cursor, headers: headers).filter(\.isEvent)
    }
}

extension JSONFields {
    /// A value as it stood on the wire; a string without its quotes.
    func text(_ key: String) throws -> String {
        let value = try #require(raw(key), "there is no \(key)").text
        return value.hasPrefix("\"") ? String(value.dropFirst().dropLast()) : value
    }
}
