package import HoldfastAPI
package import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension SteerVerb {
    /// What the engine is asked for.
    ///
    /// - Throws: `RequestFault` when a field is missing that it needs.
    package func command(_ body: SteerBody) throws(RequestFault) -> SteerCommand {
        switch self {
        case .cancel: .cancel(reason: body.reason, within: body.within)
        case .pause: .pause(reason: body.reason, within: body.within)
        case .resume: .resume(reason: body.reason)
        case .retry: .retry(reason: body.reason)
        case .reprioritise:
            .reprioritise(try SteerBody.required("priority", body.priority), reason: body.reason)
        case .reschedule:
            .reschedule(try SteerBody.required("not_before", body.notBefore), reason: body.reason)
        }
    }

    /// The fields beside `reason` that mean something to it.
    fileprivate var fields: [String] {
        switch self {
        case .cancel, .pause: ["within_seconds", "within_us"]
        case .resume, .retry: []
        case .reprioritise: ["priority"]
        case .reschedule: ["not_before"]
        }
    }
}

extension RouteScope {
    /// `POST /v1/jobs/:id/cancel` and its like: the job as it is afterwards.
    ///
    /// Safe to repeat; with an `Idempotency-Key` also when something happened to the job in between.
    func steerJob(
        _ verb: SteerVerb, _ request: Request, _ path: Parameters, by caller: Caller
    ) async throws -> Response {
        let id = try path.job()
        let bytes = try await request.bytes(upTo: 64 * 1024)
        let command = try verb.command(try SteerBody(parsing: bytes, fields: verb.fields))
        let state = try await engine.steer(command, id, by: caller.actor, mark: try request.mark(of: bytes))
        return .json(try await document(of: state))
    }

    /// The JSON of a job that was changed, with its input.
    func document(of state: JobState) async throws -> JSONText {
        let id = state.id
        let input = try await engine.log.read { try JobDocument.input(of: id, from: $0) }
        return JobDocument.json(of: state, input: input)
    }
}
