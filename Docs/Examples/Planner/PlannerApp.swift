import HTTPTypes
public import Holdfast
public import HoldfastModels
public import HoldfastServer
import Hummingbird

/// Mounts the planner: plans that stop for a person, one at a time in each session.
public struct PlannerApp: Sendable {
    private let engine: JobEngine
    private let model: any LanguageModel
    private let patience: Duration
    private let random: @Sendable () -> UInt64
    private let view = PlanView()

    /// Prepares the planner on an engine.
    ///
    /// - Parameters:
    ///   - engine: Runs the plans.
    ///   - model: Is asked for what plans are made of.
    ///   - patience: How long a person has at each checkpoint, across restarts.
    ///   - random: Names the sessions of those who bring none.
    public init(
        engine: JobEngine, model: any LanguageModel, patience: Duration = .seconds(3600),
        random: @escaping @Sendable () -> UInt64 = EngineEnvironment.system.random
    ) {
        self.engine = engine
        self.model = model
        self.patience = patience
        self.random = random
    }

    /// The model that stands in where no service is configured.
    ///
    /// - Parameter pace: Waits before each word, so that people can watch.
    /// - Returns: The model.
    public static func offlineModel(pace: (@Sendable () async throws -> Void)? = nil) -> OfflineModel {
        OfflineModel("plans", pace: pace, script: OfflinePlans.script)
    }

    /// Lets the engine run plans.
    public func register() {
        engine.register(PlanHandler(model: model, patience: patience), concurrency: 8)
    }

    /// Adds the planner's endpoints and its page.
    public func add(to table: inout RouteTable, of holdfast: HoldfastRoutes) {
        // A GET that begins something: pages of other sites may not send it.
        table.on("api/execute-plan", .get, .stream, changesThings: true) { request, _, caller in
            try await execute(request, by: caller, holdfast)
        }
        table.on("api/checkpoint-approval", .post) { request, _, caller in
            try await decide(request, by: caller, holdfast)
        }
        table.on("api/plans/:session_id", .get) { request, path, caller in
            let session = try PlanSession(path)
            let job = try await job(of: session, permitting: .readJob, to: caller, holdfast)
            return try await holdfast.artifact(plan(of: job), of: job, to: request)
        }
        for (verb, command) in PlannerApp.commands {
            table.on("api/plans/:session_id/\(verb)", .post) { _, path, caller in
                let session = try PlanSession(path)
                let job = try await job(of: session, permitting: .steerJob, to: caller, holdfast)
                let state = try await engine.steer(command, job, by: caller.actor)
                return try .json(of: ["session_id": session.name, "status": state.phase.name.rawValue])
            }
        }
        table.on("apps/planner", .get, .anyone) { _, _, _ in .page(PlannerPage.html) }
    }

    private static let commands: [(String, SteerCommand)] = [
        ("pause", .pause(reason: nil)), ("resume", .resume(reason: nil)), ("cancel", .cancel(reason: nil)),
    ]

    // MARK: The stream

    /// Streams the plan that the reader had, the session's unfinished one, or a new one.
    private func execute(
        _ request: Request, by caller: Caller, _ holdfast: HoldfastRoutes
    ) async throws -> Response {
        let known = try PlanSession(request)
        let session = known ?? PlanSession(random: random)
        let job: JobID
        if let cursor = request.streamCursor {
            job = try await plan(behind: cursor, in: session, of: caller, holdfast)
        } else if request.method == .head || caller.via == .streamToken {
            // Neither may begin anything.
            job = try await self.job(of: session, permitting: .readJob, to: caller, holdfast)
        } else {
            // The key makes it one: an unfinished plan of the session is joined, in the same transaction.
            let options = EnqueueOptions(key: session.key, tags: [session.tag], owner: caller.owner)
            job = try await engine.enqueue(PlanJob(request), options, by: caller.actor).id
        }
        var response = try await holdfast.stream(job, in: view, to: request, of: caller)
        if known == nil { response.setCookie(session.cookie) }
        return response
    }

    /// The plan whose event the reader had last if it is one of the session's, or the newest one.
    private func plan(
        behind cursor: String, in session: PlanSession, of caller: Caller, _ holdfast: HoldfastRoutes
    ) async throws -> JobID {
        if let job = try await holdfast.job(at: cursor) {
            let origin = try await engine.state(of: job).origin
            let isTheirs = caller.owner == nil || origin.owner == caller.owner
            if origin.kind == PlanJob.kind, origin.tags.contains(session.tag), isTheirs { return job }
        }
        return try await job(of: session, permitting: .readJob, to: caller, holdfast)
    }

    /// The newest plan of a session: the caller's own, or, for those who may see everything, anybody's.
    private func job(
        of session: PlanSession, permitting permission: Permission, to caller: Caller,
        _ holdfast: HoldfastRoutes
    ) async throws -> JobID {
        func newest(of owner: Owner?) async throws -> JobID? {
            let filter = JobFilter(kind: PlanJob.kind, tag: session.tag, owner: owner)
            return try await engine.log.read { try $0.jobs(JobQuery(filter, limit: 1)).first?.id }
        }
        var job = try await newest(of: caller.owner)
        if job == nil { job = try await newest(of: nil) }
        guard let job else { throw JobRejection.unknownJob }
        try await holdfast.check(caller, permission, of: job)
        return job
    }

    // MARK: What is asked beside it

    private func decide(
        _ request: Request, by caller: Caller, _ holdfast: HoldfastRoutes
    ) async throws -> Response {
        let approval: Approval = try await request.json()
        guard let session = try PlanSession(approval.session) ?? PlanSession(request) else {
            throw HTTPError(.badRequest, message: "say which session: session_id is missing")
        }
        let job = try await job(of: session, permitting: .steerJob, to: caller, holdfast)
        guard approval.checkpoint > 0 else { throw JobRejection.unknownCheckpoint("review") }
        let choice = approval.decision ?? .approve
        let decision = try await engine.decide(
            choice == .approve ? .approve : .reject, "review", occurrence: approval.checkpoint, of: job,
            by: caller.actor, reason: approval.reason)
        let status = decision.choice.status.rawValue
        return try .json(
            of: ApprovalAnswer(
                status: status, checkpoint: approval.checkpoint,
                message: "checkpoint \(approval.checkpoint) was \(status) by \(decision.actor.id)"))
    }

    /// The file of the final plan, or of what a plan has that ended without one.
    private func plan(of job: JobID) async throws -> ArtifactName {
        let phase = try await engine.state(of: job).phase.name
        return phase.isEnded && phase != .completed ? .draftPlan : .finalPlan
    }
}

/// What `POST /api/checkpoint-approval` takes.
private struct Approval: Decodable {
    enum Decision: String, Decodable { case approve, reject }

    let session: String?
    let checkpoint: Int
    let decision: Decision?
    let reason: String?

    enum CodingKeys: String, CodingKey {
        case checkpoint, decision, reason
        case session = "session_id"
    }
}

private struct ApprovalAnswer: Encodable {
    let status: String
    let checkpoint: Int
    let message: String
}
