import Holdfast

/// What is known of an execution, as `GET /api/agent/executions/:id` says it.
struct AgentExecution: Encodable, Sendable {
    /// How far it is.
    enum Status: String, Encodable, Sendable {
        case pending, running, paused, cancelling, completed, failed, cancelled
    }

    var executionId = ""
    var task = ""
    var status = Status.pending
    /// In milliseconds since 1970.
    var startedAt: Int64?
    var plan: AgentPlan?
    /// From 0; as many as there are phases when all are over.
    var phaseIndex: Int?
    var iterations = 0
    var tokensUsed = 0
    var result: String?
    var error: String?
    /// From the start to the end, in milliseconds.
    var duration: Int64?

    /// The phase that is worked on; nil before the plan and after the last one.
    var phase: AgentPlan.Phase? {
        guard let plan, let phaseIndex, plan.phases.indices.contains(phaseIndex) else { return nil }
        return plan.phases[phaseIndex]
    }

    /// Ends it well, and says what the front end gets of that.
    mutating func complete(_ result: String, at moment: Timestamp) -> Completion {
        let duration = end(.completed, at: moment)
        self.result = result
        return Completion(result: result, duration: duration, tokensUsed: tokensUsed)
    }

    /// Ends it with an error.
    mutating func fail(_ status: Status, _ error: String, at moment: Timestamp) {
        _ = end(status, at: moment)
        self.error = error
    }

    /// Forgets the end, because somebody lets the job begin again.
    mutating func beginAgain() {
        status = .pending
        (result, error, duration) = (nil, nil, nil)
    }

    private mutating func end(_ status: Status, at moment: Timestamp) -> Int64 {
        self.status = status
        let now = moment.microseconds / 1_000
        let duration = now - (startedAt ?? now)
        self.duration = duration
        return duration
    }
}

extension AgentExecution {
    /// The data of `execution:complete`.
    struct Completion: Encodable {
        let result: String
        /// In milliseconds.
        let duration: Int64
        let tokensUsed: Int
    }

    /// The data of `execution:error`.
    struct Failure: Encodable {
        let error: String
        /// From the outside to the inside, a line for each.
        let stack: String

        init(_ failure: JobFailure, cause: FailureCause) {
            error = Failure.withoutPlaces(failure.message)
            let step = failure.step.map { ["in step \($0)"] } ?? []
            let chain = ["execution failed: \(cause.rawValue)"] + step + ["\(failure.type): \(error)"]
            stack = chain.joined(separator: "\n")
        }

        init(_ cancelled: JobCancelled) {
            error = "cancelled"
            let reason = cancelled.reason.map { ": " + Failure.withoutPlaces($0) } ?? ""
            stack = "execution cancelled\(reason)"
        }

        /// A text in which addresses in memory and paths of files are left out, whatever an error says of itself.
        static func withoutPlaces(_ text: String) -> String {
            text.replacing(#/(?:0x|\$)[0-9a-fA-F]{6,}/#, with: "(address)")
                .replacing(#/(^|[\s"'(\[=,;<])(?:file:\/\/)?\/[^\s"')\],;>]*/#) { "\($0.output.1)(path)" }
        }
    }
}
