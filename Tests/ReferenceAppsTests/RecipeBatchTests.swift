import HoldfastCore
import ServerTestSupport
import Testing

@testable import RecipeBatchExample

@Suite("The application that writes recipes in batches", .timeLimit(.minutes(1)))
struct RecipeBatchTests {
    @Test func `a batch tells each step of each chunk, with exact names and fields`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.batch(7, images: true)
            let blocks = try await server.events(of: id)
            #expect(
                blocks.map { $0["event"] ?? "" } == ["connected"] + .init(repeating: "progress", count: 10)
                    + ["complete"])
            #expect(blocks.allSatisfy { $0["id"] != nil })
            let connected = try blocks[0].fields()
            #expect(connected.keys.sorted() == ["batchId", "clientId", "message"])
            #expect(try connected.string("batchId") == id)
            #expect(try connected.string("message")?.isEmpty == false)
            let progress = try blocks.filter { $0["event"] == "progress" }.map { try $0.fields() }
            for event in progress {
                #expect(
                    event.keys.sorted() == [
                        "agentStatus", "batchId", "currentChunk", "estimatedTimeRemaining", "imagesGenerated",
                        "phase", "recipesCompleted", "totalChunks", "totalRecipes",
                    ])
                #expect(try event.string("batchId") == id)
                #expect(try event.integer("totalChunks") == 2)
                #expect(try event.integer("totalRecipes") == 7)
                #expect(
                    try event.object("agentStatus")?.keys == [
                        "artist", "concept", "coordinator", "monitor", "storage", "validator",
                    ])
            }
            #expect(
                try progress.map { event in
                    try ["phase", "currentChunk", "recipesCompleted", "imagesGenerated"]
                        .map { try event.text($0) }.joined(separator: " ")
                } == [
                    "generating 0 0 0", "generating 1 0 0", "validating 1 0 0", "saving 1 0 0",
                    // One of the first five makes no sense, and is not saved.
                    "imaging 1 4 0", "generating 2 4 4", "validating 2 4 4", "saving 2 4 4",
                    "imaging 2 6 4", "complete 2 6 6",
                ])
            #expect(
                try progress.map { event in
                    let agents = try #require(try event.object("agentStatus"))
                    return try ["concept", "validator", "storage", "artist", "coordinator", "monitor"]
                        .map { String(try agents.text($0).prefix(1)) }.joined()
                } == [
                    "iiiiii", "wiiiww", "iwiiww", "iiwiww", "iiiwww", "wiiiww", "cwiiww", "ccwiww", "cccwww",
                    "cccccc",
                ])
        }
    }

    @Test func `its end has what was saved, and how the nutrition was`() async throws {
        try await TestServer.runApps { server in
            let id = try await server.batch(40)
            let end = try #require(try await server.events(of: id).last).fields()
            #expect(
                end.keys.sorted() == [
                    "batchId", "imagesGenerated", "imagesUploaded", "nutritionValidationStats",
                    "savedRecipes",
                    "strategy", "success", "totalTime",
                ])
            let stats = try #require(try end.object("nutritionValidationStats"))
            #expect(stats.keys.sorted() == ["autoFixed", "failed", "validated"])
            let (fixed, failed) = (try stats.integer("autoFixed") ?? 0, try stats.integer("failed") ?? 0)
            #expect(fixed > 0 && failed > 0, "the offline model has to err: \(fixed), \(failed)")
            #expect(try stats.integer("validated") == 40 - fixed - failed)
            #expect(try end.bool("success") == true)
            #expect(try end.string("strategy")?.isEmpty == false)
            #expect(try end.integer("totalTime") == 0)
            #expect(try end.integer("imagesUploaded") == 0)
            #expect(try end.integer("imagesGenerated") == 0)
            let saved = try #require(end.raw("savedRecipes").flatMap(JSONValues.elements)).map(
                JSONFields.init)
            #expect(Int64(saved.count) == 40 - failed)
            for recipe in saved {
                #expect(
                    recipe.keys.sorted() == [
                        "calories", "carbohydrates", "fat", "ingredients", "mealType", "name", "number",
                        "protein",
                    ])
                func value(_ name: String) throws -> Int64 { try #require(try recipe.integer(name)) }
                let energy = try 4 * value("protein") + 4 * value("carbohydrates") + 9 * value("fat")
                #expect(try 10 * abs(value("calories") - energy) <= energy, "the 4-4-9 rule")
            }
        }
    }

    @Test(arguments: [
        (100, 110, 0, 0), (100, 111, 1, 0), (100, 90, 0, 0), (100, 89, 1, 0), (0, 100, 0, 1), (-4, 100, 0, 1),
    ])
    func `an energy that is off by more than a tenth is set right, and what gives none is left out`(
        _ energy: Int, _ calories: Int, _ fixed: Int, _ failed: Int
    ) {
        let draft = Recipe(
            number: 1, name: "Soup", mealType: "lunch", ingredients: [], calories: calories,
            protein: energy / 4,
            carbohydrates: 0, fat: 0)
        let chunk = ValidatedChunk([draft])
        #expect(
            chunk.stats == NutritionStats(validated: 1 - fixed - failed, autoFixed: fixed, failed: failed))
        #expect(chunk.recipes.map(\.calories) == (failed == 1 ? [] : [fixed == 1 ? energy : calories]))
    }

    @Test func `a reader goes on behind what it has, greeted again, and one that has all of it gets 204`()
        async throws
    {
        try await TestServer.runApps { server in
            let id = try await server.batch(3)
            let blocks = try await server.events(of: id)
            for (index, block) in blocks.enumerated().dropFirst().dropLast() {
                let rest = try await server.events(of: id, cursor: block["id"])
                #expect(rest.first?["event"] == "connected")
                #expect(rest.first?["id"] == block["id"])
                #expect(Array(rest.dropFirst()) == Array(blocks[(index + 1)...]))
                #expect(try rest[0].fields().string("clientId") != blocks[0].fields().string("clientId"))
            }
            let headers = ["Last-Event-ID": blocks.last?["id"] ?? ""]
            let path = "/api/admin/bmad-progress-stream/\(id)"
            try await server.send("GET", path, headers: headers).expect(204)
        }
    }
}

extension TestServer {
    /// Starts a batch of recipes.
    func batch(
        _ count: Int, images: Bool = false, upload: Bool = false, as guest: Guest? = nil
    ) async throws -> String {
        let body =
            #"{"count":\#(count),"mealTypes":["lunch","dinner"],"enableImageGeneration":\#(images),"#
            + #""enableS3Upload":\#(upload)}"#
        let answer = try await send(
            "POST", "/api/admin/generate-bmad", headers: guest?.headers ?? [:], body: body)
        try #require(answer.status == 202, "\(answer.body)")
        let fields = try answer.fields()
        #expect(fields.keys == ["batchId"])
        let id = try #require(try fields.string("batchId"))
        #expect(id.hasPrefix("bmad_") && JobID(String(id.dropFirst(5))) != nil, "\(id)")
        return id
    }

    /// The events of a batch, up to its end.
    func events(of id: String, cursor: String? = nil) async throws -> [ViewedBlock] {
        try await blocks("/api/admin/bmad-progress-stream/\(id)", cursor: cursor).filter(\.isEvent)
    }
}
