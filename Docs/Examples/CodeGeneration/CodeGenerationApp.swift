public import Holdfast
public import HoldfastModels
public import HoldfastServer
import Hummingbird

/// The reference application that generates the files of a service, phase by phase, and iterates on them.
public struct CodeGenerationApp: Sendable {
    private let engine: JobEngine
    private let handler: GenerationHandler

    /// Makes the application.
    ///
    /// - Parameters:
    ///   - engine: Runs its jobs.
    ///   - model: Writes the files.
    public init(engine: JobEngine, model: any LanguageModel) {
        self.engine = engine
        handler = GenerationHandler(model: model)
    }

    /// The model that stands in where no service is configured: it fills in templates.
    ///
    /// - Parameter pace: Waits before each word, so that people can watch.
    /// - Returns: The model.
    public static func offlineModel(pace: (@Sendable () async throws -> Void)? = nil) -> OfflineModel {
        OfflineModel("code generation", marksTexts: false, pace: pace, script: OfflineGeneration.script)
    }

    /// Lets the engine run generations, four at a time.
    public func register() { engine.register(handler, concurrency: 4) }

    /// Adds the endpoints and the page.
    public func add(to table: inout RouteTable, of holdfast: HoldfastRoutes) {
        (table.idPrefix, table.jobKind) = ("", Generation.kind)
        table.on("generations", .post) { request, _, caller in
            let body = try await request.json(as: ProjectBody.self)
            let generation = Generation(
                prompt: body.prompt, entities: body.entities, mode: GenerationMode(for: body.prompt))
            return try await begin(generation, for: caller, of: holdfast)
        }
        table.on("generations/iterate", .post) { request, _, caller in
            let body = try await request.json(as: IterationBody.self)
            let generation = try await iteration(body, for: caller, of: holdfast)
            return try await begin(generation, for: caller, of: holdfast)
        }
        table.on("generations/:id/stream", .get, .jobStream) { request, path, caller in
            try await holdfast.stream(path.job(), in: GenerationView(), to: request, of: caller)
        }
        table.on("generations/:id/files", .get, .job(.readJob)) { [engine] _, path, _ in
            let job = try path.job()
            let files = try await engine.artifacts(of: job).map(FileList.File.init)
            return try .json(of: FileList(generation_id: "\(job)", files: files))
        }
        table.on("generations/:id/files/**", .get, .job(.readJob)) { request, path, _ in
            try await holdfast.artifact(path.artifact(), of: path.job(), to: request)
        }
        table.on("apps/codegen", .get, .anyone) { _, _, _ in .page(CodeGenerationPage.html) }
    }

    private func begin(
        _ generation: Generation, for caller: Caller, of holdfast: HoldfastRoutes
    ) async throws -> Response {
        let job = try await engine.enqueue(
            generation, EnqueueOptions(owner: caller.owner), by: caller.actor)
        let token = try await holdfast.streamToken(for: job.id, to: caller)
        return try .json(of: BegunBody(generation_id: "\(job.id)", sse_token: token), status: .accepted)
    }

    /// What is to be generated from a parent, which the caller may read.
    private func iteration(
        _ body: IterationBody, for caller: Caller, of holdfast: HoldfastRoutes
    ) async throws -> Generation {
        guard let parent = JobID(body.parent_generation_id) else { throw JobRejection.unknownJob }
        try await holdfast.check(caller, .readJob, of: parent)
        guard try await engine.state(of: parent).origin.kind == Generation.kind else {
            throw JobRejection.unknownJob
        }
        let known = try await holdfast.state(of: parent, in: GenerationView())
        return Generation(
            prompt: body.modification_prompt, entities: known.entities, mode: known.mode,
            parent: "\(parent)")
    }
}
