public import Holdfast
public import HoldfastModels
public import HoldfastServer
import Hummingbird

/// The reference application that writes recipes in batches, for administrators.
public struct RecipeBatchApp: Sendable {
    private let engine: JobEngine
    private let handler: RecipeBatchHandler
    private let totals: BatchTotals

    /// Makes the application.
    ///
    /// - Parameters:
    ///   - engine: Runs its jobs.
    ///   - model: Writes the recipes.
    ///   - folder: Where pictures are copied to that are to be uploaded; it is made when it is needed.
    public init(engine: JobEngine, model: any LanguageModel, folder: String) {
        self.engine = engine
        handler = RecipeBatchHandler(model: model, uploads: UploadFolder(path: folder))
        totals = BatchTotals(engine: engine)
    }

    /// The model that stands in where no service is configured; it errs now and then.
    ///
    /// - Parameter pace: Waits before each word, so that people can watch.
    /// - Returns: The model.
    public static func offlineModel(pace: (@Sendable () async throws -> Void)? = nil) -> OfflineModel {
        OfflineModel("recipes", pace: pace, script: OfflineRecipes.script)
    }

    /// Lets the engine run batches, two at a time.
    public func register() { engine.register(handler, concurrency: 2) }

    /// Adds the endpoints and the page.
    public func add(to table: inout RouteTable, of holdfast: HoldfastRoutes) {
        let (engine, totals, view) = (engine, totals, RecipeBatchView())
        (table.idPrefix, table.jobKind) = (BatchName.prefix, RecipeBatch.kind)
        table.on("api/admin/generate-bmad", .post, .engine(.changeEngine)) { request, _, caller in
            let batch = try await request.json(as: BatchBody.self).batch
            let job = try await engine.enqueue(
                batch, EnqueueOptions(owner: caller.owner), by: caller.actor)
            return try .json(of: ["batchId": "\(BatchName(job: job.id))"], status: .accepted)
        }
        table.on("api/admin/bmad-progress-stream/:id", .get, .jobStream) { request, path, caller in
            let job = try path.job(prefixed: BatchName.prefix)
            // A stream token has the roles of whoever asked for it.
            try await holdfast.check(caller, .changeEngine, of: job)
            return try await holdfast.stream(job, in: view, to: request, of: caller)
        }
        table.on("api/admin/bmad-progress/:id", .get, .job(.readJob)) { _, path, caller in
            let job = try path.job(prefixed: BatchName.prefix)
            try await holdfast.check(caller, .changeEngine, of: job)
            let state = try await holdfast.state(of: job, in: view)
            return try .json(of: BatchProgress(of: BatchName(job: job), state))
        }
        table.on("api/admin/bmad-sse-stats", .get, .engine(.changeEngine)) { _, _, _ in
            try .json(of: WatchStats(holdfast.openStreams(in: view)))
        }
        table.on("api/admin/bmad-metrics", .get, .engine(.changeEngine)) { _, _, _ in
            try .json(of: await totals.metrics())
        }
        table.on("apps/recipes", .get, .anyone) { _, _, _ in .page(RecipeBatchPage.html) }
    }
}

/// What `POST /api/admin/generate-bmad` takes.
struct BatchBody: Decodable {
    /// From 1 to 500.
    let count: Int
    let mealTypes: [String]
    let enableImageGeneration: Bool
    let enableS3Upload: Bool

    private enum CodingKeys: CodingKey {
        case count, mealTypes, enableImageGeneration, enableS3Upload
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        count = try container.decode(Int.self, forKey: .count)
        guard (1...500).contains(count) else {
            throw DecodingError.dataCorruptedError(
                forKey: .count, in: container, debugDescription: "a batch has 1 to 500 recipes")
        }
        mealTypes =
            try container.decodeIfPresent([String].self, forKey: .mealTypes) ?? [
                "breakfast", "lunch", "dinner",
            ]
        let areWords = mealTypes.allSatisfy { type in
            (1...40).contains(type.utf8.count)
                && type.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == " " }
        }
        guard (1...20).contains(mealTypes.count), areWords else {
            throw DecodingError.dataCorruptedError(
                forKey: .mealTypes, in: container,
                debugDescription: "there are 1 to 20 meal types of 1 to 40 letters and digits")
        }
        enableImageGeneration =
            try container.decodeIfPresent(Bool.self, forKey: .enableImageGeneration) ?? false
        enableS3Upload = try container.decodeIfPresent(Bool.self, forKey: .enableS3Upload) ?? false
    }

    var batch: RecipeBatch {
        RecipeBatch(
            count: count, mealTypes: mealTypes, enableImageGeneration: enableImageGeneration,
            enableS3Upload: enableS3Upload)
    }
}
