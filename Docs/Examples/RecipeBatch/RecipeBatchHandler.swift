import FoundationEssentials
import Holdfast
import HoldfastModels

/// Writes a batch chunk by chunk; whatever dies in between, it goes on in the chunk and step it was in.
struct RecipeBatchHandler: JobHandler {
    let model: any LanguageModel
    /// Where pictures are copied to.
    let uploads: UploadFolder

    func run(_ job: RecipeBatch, _ context: JobContext) async throws -> BatchResult {
        var result = BatchResult()
        for chunk in 1...job.chunks {
            let drafts = try await context.step("generate") { try await generate(chunk, of: job) }
            let validated = try await context.step("validate") { ValidatedChunk(drafts) }
            let recipes = validated.recipes
            _ = try await context.step("save") {
                for recipe in recipes { try await save(recipe, context) }
                return recipes.count
            }
            if job.steps.contains(.image) {
                result.imagesGenerated += try await context.step("image") {
                    for recipe in recipes {
                        try await context.save(
                            artifact: recipe.picture, mediaType: "image/svg+xml",
                            RecipePicture.svg(of: recipe))
                    }
                    return recipes.count
                }
            }
            if job.steps.contains(.upload) {
                result.imagesUploaded += try await context.step("upload") {
                    for recipe in recipes {
                        try uploads.keep(
                            RecipePicture.svg(of: recipe), as: recipe.picture, of: BatchName(job: context.job)
                        )
                    }
                    return recipes.count
                }
            }
            result.savedRecipes += recipes
            result.nutritionValidationStats += validated.stats
        }
        return result
    }

    /// Asks for a chunk's recipes, with a seed by which the offline model writes others for each.
    private func generate(_ chunk: Int, of job: RecipeBatch) async throws -> [Recipe] {
        let numbers = job.numbers(of: chunk)
        let meals = numbers.map { job.mealTypes[($0 - 1) % job.mealTypes.count] }
        let request = ModelRequest(
            "Write \(numbers.count) recipes, one for each of these meals: \(meals.joined(separator: ", ")).",
            system: """
                Answer with JSON such as {"recipes": [{"name": "Lentil soup", "ingredients": ["lentils"], \
                "calories": 400, "protein": 20, "carbohydrates": 50, "fat": 13}]}: whole numbers, in kilocalories \
                and grams.
                """,
            seed: Int64(chunk), form: .json)
        let drafts = try await model.stream(request).answer().decoded(as: RecipeAnswer.self).recipes
        guard drafts.count == numbers.count else {
            throw ModelError(
                .malformed,
                "\(model.name) wrote \(drafts.count) recipes where \(numbers.count) were asked for")
        }
        return zip(numbers, zip(meals, drafts)).map { number, pair in pair.1.recipe(number, for: pair.0) }
    }

    /// Saves a recipe; once more, it writes nothing.
    private func save(_ recipe: Recipe, _ context: JobContext) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(recipe), as: UTF8.self)
        try await context.save(artifact: recipe.file, mediaType: .json, text)
    }
}

/// What the model answers.
struct RecipeAnswer: Decodable {
    /// A recipe as the model writes it.
    struct Draft: Decodable {
        let name: String
        let ingredients: [String]
        let calories: Int
        let protein: Int
        let carbohydrates: Int
        let fat: Int

        func recipe(_ number: Int, for meal: String) -> Recipe {
            Recipe(
                number: number, name: name, mealType: meal, ingredients: ingredients, calories: calories,
                protein: protein, carbohydrates: carbohydrates, fat: fat)
        }
    }

    let recipes: [Draft]
}

/// The directory that stands in for a store of files elsewhere.
struct UploadFolder: Sendable {
    let path: String

    /// Copies a text there; once more, it puts the same in its place.
    ///
    /// - Throws: What the file system says.
    func keep(_ text: String, as name: ArtifactName, of batch: BatchName) throws {
        let file = "\(path)/\(batch)/\(name.lastPart)"
        try FileManager.default.createDirectory(
            atPath: "\(path)/\(batch)", withIntermediateDirectories: true)
        // Under another name first, so that nobody sees half of it.
        try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
    }
}

/// What a batch is called on the wire, such as `bmad_0197...`.
struct BatchName: CustomStringConvertible, Sendable {
    static let prefix = "bmad_"
    let job: JobID

    var description: String { "\(BatchName.prefix)\(job)" }
}
