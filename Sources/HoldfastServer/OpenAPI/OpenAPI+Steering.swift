import HoldfastAPI
import HoldfastCore

// What can be asked of a job.
extension OpenAPIDocument {
    static let steerPaths: [APIPath] =
        SteerVerb.allCases.map { verb in
            APIPath(
                "/v1/jobs/{id}/\(verb.rawValue)",
                APIOperation(
                    .post, "\(verb.rawValue)Job", summary(of: verb), [.job, .idempotencyKey],
                    body: body(of: verb),
                    answers: [.json("JobDocument", "The job as it is then.")],
                    problems: [.unknownJob, .jobEnded, .notPossible]))
        } + [
            APIPath(
                "/v1/jobs/{id}/budget",
                APIOperation(
                    .post, "raiseBudget", "Lets a job spend more.", [.job], body: .required("BudgetBody"),
                    answers: [.json("JobDocument", "The job as it is then.")],
                    problems: [.unknownJob, .jobEnded, .notPossible, .noBudget, .budgetNotRaised])),
            APIPath(
                "/v1/jobs/{id}/destroy-key",
                APIOperation(
                    .post, "destroyKey",
                    "Destroys the key of a job that has ended, so that nobody can read its encrypted values.",
                    [.job], body: .optional("ReasonBody"),
                    answers: [.json("KeyDestruction", "Which job it was.")],
                    problems: [.unknownJob, .notPossible])),
            APIPath(
                "/v1/jobs/{id}/signal",
                APIOperation(
                    .post, "signalJob", "Tells a job something.", [.job, .idempotencyKey],
                    body: .required("SignalBody"), answers: [.json("JobDocument", "The job as it is then.")],
                    problems: [.unknownJob, .jobEnded])),
            APIPath(
                "/v1/jobs/{id}/fork",
                APIOperation(
                    .post, "forkJob", "Makes a new job of one, which runs again from a step on.",
                    [.job, .idempotencyKey], body: .required("ForkBody"),
                    answers: [
                        APIAnswer(
                            status: 200,
                            about:
                                "What a dry run would reuse, or the job that the same request made before.",
                            content: [
                                "application/json":
                                    #"{"oneOf":[\#(ref("ForkPlan")),\#(ref("JobDocument"))]}"#
                            ]),
                        .json(
                            "JobDocument", "The new job.", status: 201,
                            headers: ["Location": "The path of the job."]),
                    ], problems: [.unknownJob, .unknownStep])),
        ]

    private static func summary(of verb: SteerVerb) -> String {
        switch verb {
        case .cancel: "Asks a job to stop."
        case .pause: "Keeps a job from starting; a running one gives way after its step."
        case .resume: "Lets a paused job run."
        case .retry: "Begins an ended job again."
        case .reprioritise: "Lets a job go before or behind others."
        case .reschedule: "Moves the moment before which a job does not start."
        }
    }

    private static func body(of verb: SteerVerb) -> APIBody {
        switch verb {
        case .cancel, .pause: .optional("StopBody")
        case .resume, .retry: .optional("ReasonBody")
        case .reprioritise: .required("ReprioritiseBody")
        case .reschedule: .required("RescheduleBody")
        }
    }
}
