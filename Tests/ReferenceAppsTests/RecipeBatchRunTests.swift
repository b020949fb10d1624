import Foundation
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastModels
import HoldfastServer
import HoldfastTesting
import ServerTestSupport
import Testing

@testable import RecipeBatchExample

@Suite("How batches of recipes run, and who may watch them", .timeLimit(.minutes(1)))
struct RecipeBatchRunTests {
    @Test func `recipes and pictures are files of the batch, and pictures are copied where it is asked`()
        async throws
    {
        try await run(with: WatchedModel(RecipeBatchApp.offlineModel())) { server, folder in
            let id = try await server.batch(6, images: true, upload: true)
            let end = try #require(try await server.events(of: id).last).fields()
            let saved = try #require(end.raw("savedRecipes").flatMap(JSONValues.elements)).count
            #expect(try end.integer("imagesGenerated") == Int64(saved))
            #expect(try end.integer("imagesUploaded") == Int64(saved))
            let job = try #require(JobID(String(id.dropFirst(5))))
            let files = try await server.engine.artifacts(of: job)
            #expect(files.count == 2 * saved)
            let recipe = try await server.send("GET", "/v1/jobs/\(job)/artifacts/recipes/0001.json")
            #expect(try recipe.fields().integer("number") == 1)
            let picture = try await server.send("GET", "/v1/jobs/\(job)/artifacts/pictures/0001.svg")
            #expect(picture.headers["content-type"] == "image/svg+xml")
            #expect(picture.body.hasPrefix("<svg") && picture.body.hasSuffix("</svg>\n"))
            let copies = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(id)")
            #expect(copies.count == saved)
            #expect(try String(contentsOfFile: "\(folder)/\(id)/0001.svg", encoding: .utf8) == picture.body)
        }
    }

    @Test func `a batch that fails or is cancelled ends with an error`() async throws {
        for isCancelled in [false, true] {
            let cook = WatchedModel(RecipeBatchApp.offlineModel()) { _ in isCancelled ? .wait : .refuse }
            try await run(with: cook) { server, _ in
                let id = try await server.batch(3)
                if isCancelled {
                    await cook.isAsked()
                    let path = "/v1/jobs/\(id.dropFirst(5))/cancel"
                    try await server.send("POST", path, body: "{}").expect(200)
                }
                let last = try #require(try await server.events(of: id).last)
                #expect(last["event"] == "error")
                let reason = isCancelled ? "cancelled" : "the model refused"
                #expect(last["data"] == #"{"batchId":"\#(id)","error":"\#(reason)","phase":"error"}"#)
                let metrics = try await server.send("GET", "/api/admin/bmad-metrics").body
                #expect(
                    metrics
                        == #"{"completed":0,"failed":1,"meanDuration":0,"recipesSaved":0,"running":0,"started":1}"#
                )
            }
        }
    }

    @Test func `the time that is left is the mean of the steps so far, for each that is left`() async throws {
        let cook = WatchedModel(RecipeBatchApp.offlineModel())
        try await run(with: cook) { server, _ in
            cook.take(.seconds(6), by: server.clock)
            let id = try await server.batch(10)
            let times = try await server.events(of: id).filter { $0["event"] == "progress" }
                .map { try $0.fields().integer("estimatedTimeRemaining") }
            // Six steps, of which those that generate take six seconds each.
            #expect(times == [0, 0, 30_000, 12_000, 6000, 6000, 2400, 0])
            let end = try #require(try await server.events(of: id).last).fields()
            #expect(try end.integer("totalTime") == 12_000)
            let metrics = try await server.send("GET", "/api/admin/bmad-metrics").body
            let saved = try #require(end.raw("savedRecipes").flatMap(JSONValues.elements)).count
            #expect(
                metrics
                    == #"{"completed":1,"failed":0,"meanDuration":12000,"recipesSaved":\#(saved),"running":0,"started":1}"#
            )
        }
    }

    @Test func `only administrators start, watch and count batches, also with a stream token`() async throws {
        try await TestServer.runApps({ server, _ in server.authentication = try Guest.authentication() }) {
            server in
            let id = try await server.batch(2, as: .adam)
            let admin = "/api/admin"
            let stream = "\(admin)/bmad-progress-stream/\(id)"
            let token = try await server.send(
                as: .adam, "POST", "/v1/stream-tokens", body: #"{"job":"\#(id.dropFirst(5))"}"#)
            let ticket = try #require(try token.fields().string("token"))
            #expect(try await server.ask("GET", "\(stream)?token=\(ticket)").status == 200)
            for (guest, ofBatch, ofAll) in [
                (Guest.adam, 200, 200), (.ana, 404, 403), (.vera, 403, 403), (.otto, 403, 403),
            ] {
                for path in [stream, "\(admin)/bmad-progress/\(id)"] {
                    #expect(
                        try await server.ask("GET", path, headers: guest.headers).status == ofBatch,
                        "\(guest)")
                }
                for path in ["bmad-sse-stats", "bmad-metrics"] {
                    let answer = try await server.ask("GET", "\(admin)/\(path)", headers: guest.headers)
                    #expect(answer.status == ofAll, "\(guest)")
                }
            }
            for (method, path) in [
                ("GET", stream), ("GET", stream + "?token=x"), ("GET", "\(admin)/bmad-progress/\(id)"),
                ("GET", "\(admin)/bmad-sse-stats"), ("GET", "\(admin)/bmad-metrics"),
                ("POST", "\(admin)/generate-bmad"),
            ] { #expect(try await server.ask(method, path).status == 401, "\(path)") }
            let refused = try await server.send(
                as: .ana, "POST", "\(admin)/generate-bmad", body: #"{"count":1}"#)
            #expect(try refused.problem().status == 403)
        }
    }

    @Test func `what is no batch is unknown, and what makes no sense is refused`() async throws {
        try await TestServer.runApps { server in
            let stranger = try await server.enqueue("test.job")
            for id in ["bmad_\(stranger)", "bmad_\(JobID(high: 1, low: 2))", "\(stranger)", "bmad_"] {
                for path in ["bmad-progress-stream", "bmad-progress"] {
                    let answer = try await server.send("GET", "/api/admin/\(path)/\(id)")
                    #expect(try answer.problem().kind == .unknownJob)
                }
            }
            for body in [
                "{}", #"{"count":0}"#, #"{"count":501}"#, #"{"count":"3"}"#, #"{"count":3,"mealTypes":[]}"#,
                #"{"count":3,"mealTypes":["<b>"]}"#,
            ] {
                let answer = try await server.send("POST", "/api/admin/generate-bmad", body: body)
                #expect((400...422).contains(answer.status), "\(body): \(answer.status)")
                _ = try answer.problem()
            }
        }
    }

    @Test func `the progress is the last event of its kind, for those who ask`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.batch(3, images: true)
            let last = try await server.events(of: id).last { $0["event"] == "progress" }
            let answer = try await server.send("GET", "/api/admin/bmad-progress/\(id)")
            #expect(answer.body == last?["data"])
        }
    }

    @Test func `each open connection is counted, with its batch`() async throws {
        let model = WatchedModel(RecipeBatchApp.offlineModel()) { _ in .wait }
        try await run(with: model) { server, _ in
            let ids = [try await server.batch(1), try await server.batch(1)].sorted()
            var streams: [WireStream] = []
            for id in [ids[0], ids[1], ids[1]] {
                streams.append(try await WireStream(server, "/api/admin/bmad-progress-stream/\(id)"))
            }
            try await server.whenOpen(3)
            #expect(
                try await server.send("GET", "/api/admin/bmad-sse-stats").body
                    == #"{"batches":[{"batchId":"\#(ids[0])","clientCount":1},"#
                    + #"{"batchId":"\#(ids[1])","clientCount":2}],"totalBatches":2,"totalClients":3}"#)
            let metrics = try await server.send("GET", "/api/admin/bmad-metrics")
            #expect(
                metrics.body
                    == #"{"completed":0,"failed":0,"meanDuration":0,"recipesSaved":0,"running":2,"started":2}"#
            )
            for stream in streams { await stream.cut() }
            try await server.whenOpen(0)
            #expect(
                try await server.send("GET", "/api/admin/bmad-sse-stats").body
                    == #"{"batches":[],"totalBatches":0,"totalClients":0}"#)
        }
    }

    /// Runs the application alone, with a model that a test watches and a folder for what is uploaded.
    private func run(
        with model: WatchedModel, _ body: (TestServer, _ folder: String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/holdfast-recipes-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await TestServer.run(
            of: { engine in
                let app = RecipeBatchApp(engine: engine, model: model, folder: folder)
                app.register()
                return { holdfast, table in app.add(to: &table, of: holdfast) }
            }, with: model, { try await body($0, folder) })
    }
}
