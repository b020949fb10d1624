import Foundation
import Holdfast
import HoldfastModels

/// Makes a plan: iterations that ask a model, checkpoints that ask a person, and the text of the plan.
struct PlanHandler: JobHandler {
    let model: any LanguageModel
    /// How long a person has at each checkpoint.
    let patience: Duration

    func run(_ job: PlanJob, _ context: JobContext) async throws -> FinalPlan {
        guard job.maxIterations > 0, job.checkpointInterval > 0 else {
            throw JobOutcome.discard("a plan has at least one iteration, and an interval of at least one")
        }
        var (found, checkpoints) = ([Findings](), 0)
        for iteration in 1...job.maxIterations {
            let before = found
            found.append(
                try await context.step("iteration") {
                    try await iterate(iteration, of: job, after: before, checkpoints, context)
                })
            guard iteration.isMultiple(of: job.checkpointInterval) else { continue }
            checkpoints += 1
            let review = Review(
                iteration: iteration, checkpoint: checkpoints, summary: found.last?.summary ?? "",
                frameworks: found.frameworks.count, dataPoints: found.dataPoints.count)
            let decision = try await context.checkpoint("review", summary: review, timeout: patience)
            guard decision.isApproved else {
                throw JobOutcome.cancel("checkpoint \(checkpoints) was rejected")
            }
        }
        let asked = found
        let text = try await context.step("plan") {
            try await model.stream(PlanQuestion.plan.request(job, job.maxIterations, after: asked)).answer()
                .text
        }
        let plan = FinalPlan(text, of: found, checkpoints)
        try await save(plan, as: .finalPlan, context)
        return plan
    }

    /// Asks the model three times, and says after each answer how far it came.
    ///
    /// It is one step, so that the history has the duration of each iteration; whoever dies in it does it again.
    private func iterate(
        _ number: Int, of job: PlanJob, after before: [Findings], _ checkpoints: Int, _ context: JobContext
    ) async throws -> Findings {
        var now = Findings()
        func ask(_ question: PlanQuestion) async throws -> ModelAnswer {
            try await model.stream(question.request(job, number, after: before + [now])).answer()
        }
        func report(_ part: Int) async throws {
            let all = before + [now]
            try await context.emit(
                IterationProgress.event,
                IterationProgress(
                    iteration: number, part: part, frameworks: all.frameworks.count,
                    dataPoints: all.dataPoints.count))
        }
        now.frameworks = try await ask(.frameworks).decoded(as: PlanAnswer.self).items
        try await report(1)
        now.dataPoints = try await ask(.dataPoints).decoded(as: PlanAnswer.self).items
        try await report(2)
        now.summary = try await ask(.summary).text
        try await report(3)
        let all = before + [now]
        let draft = all.map(\.summary).joined(separator: "\n\n")
        try await save(FinalPlan(draft, of: all, checkpoints), as: .draftPlan, context)
        return now
    }

    private func save(_ plan: FinalPlan, as name: ArtifactName, _ context: JobContext) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try await context.save(artifact: name, mediaType: .json, encoder.encode(plan))
    }
}

extension ArtifactName {
    /// The plan.
    static let finalPlan: ArtifactName = "plan.json"
    /// What there was after the last iteration that ended.
    static let draftPlan: ArtifactName = "draft.json"
}

extension IterationProgress {
    /// The name of the event that reports it.
    static let event = "progress"
}

extension FinalPlan {
    fileprivate init(_ text: String, of found: [Findings], _ checkpoints: Int) {
        self.init(
            plan: text, frameworks: found.frameworks.count, dataPoints: found.dataPoints.count,
            iterations: found.count, checkpoints: checkpoints)
    }
}
