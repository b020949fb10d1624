import Holdfast

/// Asks for recipes: written, validated, saved and pictured chunk by chunk.
struct RecipeBatch: Job {
    static let kind: JobKind = "apps.recipes"
    /// A lane of their own, so that the engine counts them by their states.
    static let queue: QueueName = "apps.recipes"
    typealias Output = BatchResult

    /// How many recipes a chunk has; the last may have fewer.
    static let chunkSize = 5

    /// How many recipes there are to be.
    var count: Int
    /// For which meals, in turn.
    var mealTypes: [String]
    /// Whether each gets a picture.
    var enableImageGeneration: Bool
    /// Whether pictures are copied to the configured directory.
    var enableS3Upload: Bool

    /// How many chunks there are.
    var chunks: Int { (count + RecipeBatch.chunkSize - 1) / RecipeBatch.chunkSize }

    /// The numbers of a chunk's recipes, counted from 1 over the whole batch.
    func numbers(of chunk: Int) -> ClosedRange<Int> {
        let first = (chunk - 1) * RecipeBatch.chunkSize + 1
        return first...min(count, first + RecipeBatch.chunkSize - 1)
    }

    /// The steps of a chunk, in their order.
    var steps: [BatchStep] {
        guard enableImageGeneration else { return [.generate, .validate, .save] }
        return [.generate, .validate, .save, .image] + (enableS3Upload ? [.upload] : [])
    }
}

/// What is done with each chunk; the names are those of the steps.
enum BatchStep: String, Sendable {
    case generate, validate, save, image, upload

    /// The phase that clients are told.
    var phase: String {
        switch self {
        case .generate: "generating"
        case .validate: "validating"
        case .save: "saving"
        case .image, .upload: "imaging"
        }
    }
}

/// A recipe as it is saved.
struct Recipe: Codable, Hashable, Sendable {
    /// Its place in the batch, from 1.
    var number: Int
    var name: String
    var mealType: String
    var ingredients: [String]
    /// In kilocalories.
    var calories: Int
    /// In grams, as are the other two.
    var protein: Int
    var carbohydrates: Int
    var fat: Int

    /// What the three nutrients give, in kilocalories: 4 for each gram of protein and carbohydrates, 9 for fat.
    var energy: Int { 4 * protein + 4 * carbohydrates + 9 * fat }

    /// The recipe as a file of its batch: one name for each number, so that none is there twice.
    var file: ArtifactName { ArtifactName(unchecked: "recipes/\(digits).json") }

    /// The picture as a file of its batch.
    var picture: ArtifactName { ArtifactName(unchecked: "pictures/\(digits).svg") }

    private var digits: String { String("\(10_000 + number)".dropFirst()) }
}

/// How many recipes kept the 4-4-9 rule.
struct NutritionStats: Codable, Hashable, Sendable {
    /// As they came.
    var validated = 0
    /// After their energy was set right, because it was off by more than 10 %.
    var autoFixed = 0
    /// Not at all, because there is nothing that the energy could be set to; they are not saved.
    var failed = 0

    static func += (left: inout NutritionStats, right: NutritionStats) {
        left.validated += right.validated
        left.autoFixed += right.autoFixed
        left.failed += right.failed
    }
}

/// What became of a chunk's recipes when their nutrition was validated.
struct ValidatedChunk: Codable, Sendable {
    /// Those that can be saved.
    var recipes: [Recipe] = []
    var stats = NutritionStats()

    /// Validates recipes against the 4-4-9 rule.
    init(_ drafts: [Recipe]) {
        for var recipe in drafts {
            let nutrients = [recipe.protein, recipe.carbohydrates, recipe.fat]
            guard nutrients.allSatisfy({ (0...2000).contains($0) }), recipe.energy > 0 else {
                stats.failed += 1
                continue
            }
            // More than 10 %, in whole numbers.
            if 10 * abs(recipe.calories - recipe.energy) > recipe.energy {
                recipe.calories = recipe.energy
                stats.autoFixed += 1
            } else {
                stats.validated += 1
            }
            recipes.append(recipe)
        }
    }
}

/// What a batch has in the end.
struct BatchResult: Codable, Sendable {
    var savedRecipes: [Recipe] = []
    var imagesGenerated = 0
    var imagesUploaded = 0
    var nutritionValidationStats = NutritionStats()
}
