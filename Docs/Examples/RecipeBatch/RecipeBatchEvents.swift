import Holdfast

// What is sent; the names are those on the wire.

/// The first event of each connection.
struct ConnectedEvent: Encodable {
    let batchId: String
    /// Differs from connection to connection.
    let clientId: String
    let message: String
}

/// How far a batch has come: the event `progress`, and what is answered to those who ask instead of listening.
struct BatchProgress: Encodable {
    /// What each agent does: `idle`, `working` or `complete`.
    struct Agents: Encodable {
        let concept, validator, artist, coordinator, monitor, storage: String
    }

    let batchId: String
    let phase: String
    let currentChunk: Int
    let totalChunks: Int
    let recipesCompleted: Int
    let totalRecipes: Int
    let imagesGenerated: Int
    /// In milliseconds; 0 until the first step has ended.
    let estimatedTimeRemaining: Int64
    let agentStatus: Agents

    init(of batch: BatchName?, _ state: RecipeBatchView.State) {
        batchId = batch?.description ?? ""
        phase = state.isComplete ? "complete" : (state.step ?? .generate).phase
        currentChunk = state.chunk
        totalChunks = state.batch.chunks
        recipesCompleted = state.recipes
        totalRecipes = state.batch.count
        imagesGenerated = state.images
        estimatedTimeRemaining = state.remaining
        let wholeTime = state.isComplete ? "complete" : state.step == nil ? "idle" : "working"
        agentStatus = Agents(
            concept: state.status(in: .generate), validator: state.status(in: .validate),
            artist: state.status(in: .image), coordinator: wholeTime, monitor: wholeTime,
            storage: state.status(in: .save, .upload))
    }
}

/// The end of a batch that went well.
struct CompleteEvent: Encodable {
    let batchId: String
    let strategy: String
    let savedRecipes: [Recipe]
    /// In milliseconds, from the first start of the work.
    let totalTime: Int64
    /// Whether there is any recipe.
    let success: Bool
    let imagesGenerated: Int
    let imagesUploaded: Int
    let nutritionValidationStats: NutritionStats

    init(of name: BatchName?, _ batch: RecipeBatch, _ result: BatchResult, time: Duration) {
        batchId = name?.description ?? ""
        strategy = "\(batch.chunks) chunks of up to \(RecipeBatch.chunkSize) recipes, one after the other"
        savedRecipes = result.savedRecipes
        totalTime = time.microsecondsRoundedUp / 1000
        success = !result.savedRecipes.isEmpty
        imagesGenerated = result.imagesGenerated
        imagesUploaded = result.imagesUploaded
        nutritionValidationStats = result.nutritionValidationStats
    }
}

/// The end of a batch that failed or was cancelled.
struct ErrorEvent: Encodable {
    let error: String
    let phase = "error"
    let batchId: String

    init(_ error: String, _ batch: BatchName?) {
        self.error = error
        batchId = batch?.description ?? ""
    }
}

/// Who watches: what `GET /api/admin/bmad-sse-stats` answers.
struct WatchStats: Encodable {
    /// One batch that somebody watches.
    struct Batch: Encodable {
        let batchId: String
        let clientCount: Int
    }

    let totalBatches: Int
    let totalClients: Int
    let batches: [Batch]

    init(_ counts: [JobID: Int]) {
        totalBatches = counts.count
        totalClients = counts.values.reduce(0, +)
        batches = counts.sorted { $0.key < $1.key }
            .map { Batch(batchId: "\(BatchName(job: $0.key))", clientCount: $0.value) }
    }
}
