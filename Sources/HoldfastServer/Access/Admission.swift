import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

/// What an endpoint asks of its caller before it is called.
public enum Admission: Hashable, Sendable {
    /// Nothing, not even who it is.
    case anyone
    /// That it says who it is; the endpoint itself answers with what the caller may see.
    case caller
    /// The permission for the job that the path names.
    case job(Permission)
    /// To read the job that the path names; a stream token for it will do.
    case jobStream
    /// That it says who it is; a stream token for a job will do.
    ///
    /// The endpoint finds out which job it is about, and answers with `HoldfastRoutes.stream`, which checks the rest.
    case stream
    /// That it says who it is; a stream token for a filter will do.
    case filterStream
    /// The permission for everything, because the thing belongs to nobody.
    case engine(Permission)

    /// Whether a stream token opens it.
    var takesStreamTokens: Bool { self == .jobStream || self == .filterStream || self == .stream }
}

extension RouteScope {
    /// Why there is no job at a path: it was pruned, or there never was one.
    func absence(of path: JobPath) async throws -> any Error {
        guard let id = try? path.job() else { return JobRejection.unknownJob }
        let found = try await engine.log.read { reader in
            guard let reader = reader as? any RetainingReader, let pruned = try reader.prunedJob(id) else {
                return (pruned: PrunedJob?.none, segment: String?.none)
            }
            return (pruned, try reader.archive(of: id)?.segment.file)
        }
        guard let pruned = found.pruned, path.kind == nil || path.kind == pruned.kind else {
            return JobRejection.unknownJob
        }
        return found.segment.map { RouteFault.archived(segment: $0) } ?? JobRejection.pruned
    }

    /// Finds out who sent a request, and lets it in or not.
    ///
    /// - Parameters:
    ///   - request: The request; a stream token in its query is taken out, so that it gets into no log.
    ///   - path: Where the path names a job.
    ///   - admission: What the endpoint asks for.
    ///   - address: Where the request came from.
    /// - Returns: The caller, who may ask for this.
    /// - Throws: `AccessFault`; `JobRejection.unknownJob` when the caller may not see the job; `StoreError`.
    func admit(
        _ request: inout Request, _ path: JobPath, _ admission: Admission, from address: String?
    ) async throws -> Caller {
        try access.checkSizes(of: request)
        if admission == .anyone { return .anybody }
        let token = admission.takesStreamTokens ? request.takeParameter("token") : nil
        var caller = try await access.authenticator.caller(of: request, token: token)
        caller.address = address
        try access.buckets.take(caller.subject, at: environment.now())
        if let grant = caller.grant {
            try await checkLife(of: grant, until: caller.until)
            try apply(grant, to: &request, path, admission)
        }
        switch admission {
        case .anyone, .caller, .filterStream, .stream: break
        case .job(let permission): try await check(caller, permission, at: path)
        case .jobStream: try await check(caller, .readJob, at: path)
        case .engine(let permission): try check(caller, permission, owner: nil)
        }
        return caller
    }

    /// Checks a permission for a thing with an owner.
    ///
    /// - Throws: `AccessFault.forbidden`, `JobRejection.unknownJob`.
    func check(_ caller: Caller, _ permission: Permission, owner: Owner?) throws {
        switch AccessRule.verdict(caller, permission, owner: owner) {
        case .allowed: break
        case .hidden: throw JobRejection.unknownJob
        case .forbidden:
            throw AccessFault.forbidden("\"\(caller.subject)\" has no role that allows this")
        }
    }

    /// Checks that a caller may watch a job, also one with a stream token.
    ///
    /// - Throws: `AccessFault.forbidden`, `JobRejection.unknownJob`, `StoreError`.
    func checkStream(_ caller: Caller, of job: JobID) async throws {
        if let grant = caller.grant { try check(grant, of: job) }
        try await check(caller, .readJob, of: job)
    }

    /// Checks a permission for a job.
    ///
    /// - Throws: As `check(_:_:owner:)` does, and `StoreError`.
    func check(_ caller: Caller, _ permission: Permission, of job: JobID) async throws {
        // Who reaches everything needs no look at the job; that it exists is found out by the endpoint.
        guard AccessRule.reach(of: caller, for: permission) < .all else { return }
        guard let state = try await engine.log.read({ try $0.job(job) }) else {
            throw JobRejection.unknownJob
        }
        try check(caller, permission, owner: state.origin.owner)
    }

    /// Checks a permission for the job that a path names, and that it is of the path's kind.
    private func check(_ caller: Caller, _ permission: Permission, at path: JobPath) async throws {
        let job = try path.job()
        try await check(caller, permission, of: job)
        guard let kind = path.kind else { return }
        let state = try await engine.log.read { try $0.job(job) }
        guard state?.origin.kind == kind else { throw JobRejection.unknownJob }
    }

    /// Checks that a stream token is for this request, and lets its filter choose the events.
    private func apply(
        _ grant: StreamGrant, to request: inout Request, _ path: JobPath, _ admission: Admission
    ) throws {
        switch (grant.scope, admission) {
        case (.job, .jobStream): try check(grant, of: path.job())
        case (.job, .stream): break
        case (.filter(let filter), .filterStream):
            guard try request.replaceFilter(by: filter) else {
                throw AccessFault.forbidden("the stream token is for another filter")
            }
        default:
            throw AccessFault.forbidden(
                "a stream token opens the stream that it was made for, and nothing else")
        }
    }
    private func check(_ grant: StreamGrant, of job: JobID) throws {
        guard case .job(job) = grant.scope else {
            throw AccessFault.forbidden("the stream token is for another job")
        }
    }

    /// Checks that a token which is good for the life of its job is still good.
    private func checkLife(of grant: StreamGrant, until end: Timestamp?) async throws {
        guard grant.isForLife, case .job(let job) = grant.scope, let end, environment.now() >= end,
            !access.seats.isInUse(grant.id)
        else { return }
        guard let state = try await engine.log.read({ try $0.job(job) }) else {
            throw JobRejection.unknownJob
        }
        guard let endedAt = state.finishedAt, endedAt + access.streamTokenLifetime <= environment.now()
        else { return }
        throw AccessFault.invalidCredential("the stream token has expired: its job has ended")
    }
}

/// Where a path names a job.
struct JobPath: Sendable {
    let parameters: Parameters
    /// What stands before the id.
    let prefix: String
    /// The kind of the jobs that it names; nil for any.
    let kind: JobKind?

    /// The job.
    ///
    /// - Throws: `JobRejection.unknownJob` when there is no id of a job.
    func job() throws(JobRejection) -> JobID { try parameters.job(prefixed: prefix) }
}
