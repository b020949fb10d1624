import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastServer
import HoldfastTesting
import ServerTestSupport
import Testing

@testable import CodeGenerationExample

@Suite("The files and the token of a generation", .timeLimit(.minutes(1)))
struct CodeGenerationFileTests {
    @Test func `a failed generation says why, and what it saved can be had`() async throws {
        let model = WatchedModel(CodeGenerationApp.offlineModel()) { request in
            GenerationRequest(reading: request).file == "app/services/user_service.py" ? .refuse : .answer
        }
        try await run(with: model) { server in
            let id = try await server.generate(#"{"prompt":"A shop","entities":["User"]}"#).id
            let last = try #require(try await server.messages(of: id).last).fields()
            #expect(
                last.keys.sorted() == [
                    "error", "generation_id", "message", "progress", "stage", "status", "timestamp",
                ])
            #expect(try last.text("stage") == "error")
            #expect(try last.text("status") == "failed")
            #expect(try last.text("progress") == "0")
            #expect(try last.string("error") == "the model refused")
            let files = try await server.files(of: id)
            #expect(
                files == ["app/__init__.py", "app/entities/user_entity.py", "app/store.py", "app/web.py"])
            let file = try await server.send("GET", "/generations/\(id)/files/app/store.py")
            file.expect(200)
            #expect(file.body.contains("class Store:"))
            #expect(try await server.send("GET", "/generations/\(id)/files/main.py").problem().status == 404)
        }
    }

    @Test func `a cancelled generation ends as failed`() async throws {
        let model = WatchedModel(CodeGenerationApp.offlineModel()) { request in
            GenerationRequest(reading: request).file == "app/web.py" ? .wait : .answer
        }
        try await run(with: model) { server in
            let id = try await server.generate(#"{"prompt":"A shop","entities":["User"]}"#).id
            await model.isAsked()
            try await server.send("POST", "/v1/jobs/\(id)/cancel", body: "{}").expect(200)
            let last = try #require(try await server.messages(of: id).last).fields()
            #expect(try last.text("status") == "failed")
            #expect(try last.text("error") == "cancelled")
        }
    }

    @Test func `what is left takes as long as the phases so far took on average`() async throws {
        let model = WatchedModel(CodeGenerationApp.offlineModel())
        try await run(with: model) { server in
            model.take(.seconds(2), by: server.clock)
            let id = try await server.generate(#"{"prompt":"A shop","entities":["User"]}"#).id
            let times = try await server.messages(of: id).compactMap {
                try $0.fields().integer("estimated_time_remaining")
            }
            // Ten files of two seconds each, in phases of 3, 1, 1, 1, 3 and 1.
            #expect(times == [30_000, 16_000, 10_000, 6000, 3600, 0])
            model.take(.milliseconds(1500), by: server.clock)
            let other = try await server.generate(#"{"prompt":"A shop","entities":[]}"#).id
            let moments = try await server.messages(of: other).map { try $0.fields().text("timestamp") }
            #expect(moments.prefix(4) == ["1791460820", "1791460820", "1791460820", "1791460824.5"])
        }
    }

    @Test func `an iteration begins with its parent's files, and says when it has fewer`() async throws {
        try await TestServer.runApps { server in
            let parent = try await server.generate(#"{"prompt":"A shop","entities":["User","Order"]}"#).id
            _ = try await server.messages(of: parent)
            let more = try await server.iterate(parent, "Add Invoice").id
            let stages = try await server.messages(of: more).map { try $0.fields().text("stage") }
            #expect(stages.contains("phase_12_complete") && !stages.contains("validation"))
            let less = try await server.iterate(more, "Please remove Order and User").id
            let messages = try await server.messages(of: less).map { try $0.fields() }
            let end = try messages.suffix(4).map { "\(try $0.text("stage")) \(try $0.text("progress"))" }
            #expect(
                end == ["file_management 0.97", "validation 0.97", "quality_assessment 0.99", "completed 1"])
            let warning = try #require(messages.first { try $0.text("stage") == "validation" })
            #expect(
                warning.keys.sorted() == [
                    "generation_id", "message", "new_file_count", "parent_file_count", "progress", "stage",
                    "status", "timestamp", "warning_type",
                ])
            #expect(try warning.string("warning_type") == "data_loss_detection")
            #expect(try warning.string("status") == "processing")
            #expect(try warning.integer("parent_file_count") == 16)
            #expect(try warning.integer("new_file_count") == 10)
            let count = try #require(messages.first { try $0.text("stage") == "file_management" })
            #expect(try count.integer("parent_file_count") == 16)
            #expect(try await server.files(of: less).contains("app/entities/invoice_entity.py"))
        }
    }

    @Test func `the parent's files are there before the first phase of an iteration ends`() async throws {
        let model = WatchedModel(CodeGenerationApp.offlineModel()) { request in
            request.prompt.contains("File: app/store.py\n") && request.prompt.contains("Add Order")
                ? .wait : .answer
        }
        try await run(with: model) { server in
            let parent = try await server.generate(#"{"prompt":"A shop","entities":["User"]}"#).id
            _ = try await server.messages(of: parent)
            let child = try await server.iterate(parent, "Add Order").id
            await model.isAsked()
            #expect(try await server.files(of: child) == server.files(of: parent))
            #expect(model.lastPrompt.contains("As it is now:\n# Written from a template"))
        }
    }

    @Test func `its token opens the stream of the generation, and nothing else`() async throws {
        try await TestServer.runApps({ server, _ in server.authentication = try Guest.authentication() }) {
            server in
            let (id, token) = try await server.generate(
                #"{"prompt":"A shop","entities":["User"]}"#, as: .ana)
            let (other, _) = try await server.generate(#"{"prompt":"B","entities":[]}"#, as: .ana)
            let bearer = ["Authorization": "Bearer \(token)"]
            let messages = try await server.messages(of: id, headers: bearer)
            #expect(
                try await server.blocks("/generations/\(id)/stream?token=\(token)").filter(\.isEvent)
                    == messages)
            for (path, status) in [
                ("\(id)/stream?token=x", 401), ("\(id)/stream", 401), ("\(other)/stream?token=\(token)", 403),
                ("\(id)/files?token=\(token)", 401),
            ] {
                #expect(try await server.ask("GET", "/generations/\(path)").status == status, "\(path)")
            }
            for path in ["/generations/\(id)/files", "/v1/jobs/\(id)", "/generations/\(other)/stream"] {
                #expect(try await server.ask("GET", path, headers: bearer).status == 403, "\(path)")
            }
            for guest in [Guest.bob, .adam] {
                let status = try await server.ask(
                    "GET", "/generations/\(id)/stream", headers: guest.headers
                ).status
                #expect(status == (guest == .adam ? 200 : 404))
            }
            let body = #"{"parent_generation_id":"\#(id)","modification_prompt":"Add Order"}"#
            let refusal = try await server.send(as: .bob, "POST", "/generations/iterate", body: body)
            #expect(try refusal.problem().kind == .unknownJob)
            try await server.whenOpen(0)
            server.clock.advance(by: .seconds(15 * 60 - 1))
            #expect(try await server.messages(of: id, headers: bearer) == messages)
            try await server.whenOpen(0)
            server.clock.advance(by: .seconds(15 * 60))
            #expect(try await server.ask("GET", "/generations/\(id)/stream?token=\(token)").status == 401)
        }
    }

    @Test func `only generations are known here`() async throws {
        try await TestServer.runApps { server in
            let stranger = try await server.enqueue("test.job")
            for id in ["\(stranger)", "\(JobID(high: 1, low: 2))", "x"] {
                for path in ["\(id)/stream", "\(id)/files", "\(id)/files/main.py"] {
                    let answer = try await server.send("GET", "/generations/\(path)")
                    #expect(try answer.problem().kind == .unknownJob)
                }
                let body = #"{"parent_generation_id":"\#(id)","modification_prompt":"Add Order"}"#
                let answer = try await server.send("POST", "/generations/iterate", body: body)
                #expect(try answer.problem().status == 404)
            }
        }
    }

    @Test func `a stream without an event for five minutes ends`() async throws {
        let model = WatchedModel(CodeGenerationApp.offlineModel()) { request in
            GenerationRequest(reading: request).file == "app/__init__.py" ? .wait : .answer
        }
        try await run(with: model) { server in
            let id = try await server.generate(#"{"prompt":"A shop","entities":["User"]}"#).id
            var stream = try await WireStream(server, "/generations/\(id)/stream")
            _ = try await stream.viewedEvents(3)
            let began = server.clock.timestamp
            for beat in 1...20 {
                try await server.clock.timer(at: began + .seconds(15) * beat)
                server.clock.advance(by: .seconds(15))
                if beat < 20 { #expect(try await stream.reader.line() == ":") }
            }
            #expect(try await stream.viewedBlocks().isEmpty)
        }
    }

    /// Runs the application alone, with a model that a test watches.
    private func run(with model: WatchedModel, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.run(
            of: { engine in
                let app = CodeGenerationApp(engine: engine, model: model)
                app.register()
                return { holdfast, table in app.add(to: &table, of: holdfast) }
            }, with: model, body)
    }
}

extension TestServer {
    /// The paths of the files that a generation has saved.
    fileprivate func files(of id: String) async throws -> [String] {
        let fields = try await send("GET", "/generations/\(id)/files").fields()
        #expect(fields.keys.sorted() == ["files", "generation_id"])
        let files = try #require(fields.raw("files").flatMap(JSONValues.elements)).map(JSONFields.init)
        #expect(files.allSatisfy { $0.keys.sorted() == ["bytes", "path", "sha256"] })
        return try files.map { try $0.text("path") }
    }
}
