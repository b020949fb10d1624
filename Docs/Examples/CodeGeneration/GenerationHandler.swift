import Holdfast
import HoldfastModels

/// Writes a project phase by phase; each call of the model and each phase is a step.
struct GenerationHandler: JobHandler {
    let model: any LanguageModel

    func run(_ job: Generation, _ context: JobContext) async throws -> GeneratedProject {
        let entities = try await context.step("plan") { try await plan(job) }
        let parent = try await context.step("carry") { try await carryOver(job, keeping: entities, context) }
        for phase in GenerationPhase.all(for: entities) {
            var files: [WrittenFile] = []
            for path in phase.files {
                files.append(
                    try await context.step("write") { try await write(path, job, entities, context) })
            }
            try await save(files, of: phase, context)
        }
        _ = try await context.step("collect") {
            FileCount(parent: parent.parent, new: try await context.artifacts().count)
        }
        return try await context.step("assess") { try await assess(context) }
    }

    /// Decides what the service is to keep: as it was asked, or for an iteration, as the model understands the change.
    private func plan(_ job: Generation) async throws -> [EntityName] {
        guard job.parent != nil else { return job.entities }
        let request = GenerationRequest(entities: job.entities, mode: job.mode, project: job.prompt)
        return try await model.complete(request.asked(as: .json)).decoded(as: PlanAnswer.self).entities
    }

    /// Keeps the parent's files, but for those of entities that are no more.
    private func carryOver(
        _ job: Generation, keeping entities: [EntityName], _ context: JobContext
    ) async throws -> FileCount {
        guard let parent = job.parent.flatMap(JobID.init) else { return FileCount(parent: nil, new: 0) }
        let files = try await context.artifacts(of: parent)
        let gone = Set(job.entities).subtracting(entities).flatMap(GenerationPhase.files)
        let kept = files.filter { !gone.contains($0.name.rawValue) }
        for file in kept { try await context.save(artifact: file.name, copying: file) }
        return FileCount(parent: files.count, new: kept.count)
    }

    /// Asks for one file, and shows the model what it is now.
    private func write(
        _ path: String, _ job: Generation, _ entities: [EntityName], _ context: JobContext
    ) async throws -> WrittenFile {
        var known: String?
        if job.parent != nil,
            let file = try await context.artifacts().first(where: { $0.name.rawValue == path })
        {
            var bytes: [UInt8] = []
            for try await chunk in context.content(of: file) { bytes += chunk }
            known = String(decoding: bytes, as: UTF8.self)
        }
        let request = GenerationRequest(
            entities: entities, mode: job.mode, project: job.prompt, file: path, known: known)
        let answer = try await model.stream(request.asked(as: .text)).answer()
        guard answer.finish != .length else { throw CutOffFile(path: path) }
        return WrittenFile(path: path, text: answer.unfenced)
    }

    /// Saves the files of a phase; a client that is told of the phase finds all of them.
    private func save(
        _ files: [WrittenFile], of phase: GenerationPhase, _ context: JobContext
    ) async throws {
        _ = try await context.step("phase") {
            for file in files {
                try await context.save(
                    artifact: ArtifactName(validating: file.path), mediaType: .text, file.text)
            }
            return PhaseResult(
                number: phase.number, name: phase.name, files: files.count,
                lastFile: files.last?.path ?? "", beginning: String((files.last?.text ?? "").prefix(200)))
        }
    }

    /// Reads what there is in the end.
    private func assess(_ context: JobContext) async throws -> GeneratedProject {
        var project = GeneratedProject(files: 0, bytes: 0, lines: 0)
        for file in try await context.artifacts() {
            project.files += 1
            project.bytes += file.bytes
            for try await chunk in context.content(of: file) {
                project.lines += chunk.count { $0 == UInt8(ascii: "\n") }
            }
        }
        return project
    }
}

/// One file as the model wrote it.
struct WrittenFile: Codable, Sendable {
    let path: String
    let text: String
}

/// How many files there are, and how many the parent had; nil without a parent.
struct FileCount: Codable, Sendable {
    let parent: Int?
    let new: Int
}

/// The model stopped in the middle of a file; another call may bring all of it.
struct CutOffFile: Error, CustomStringConvertible {
    let path: String

    var description: String { "the model stopped in the middle of \(path)" }
}
