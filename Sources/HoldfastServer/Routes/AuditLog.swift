import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// The largest body of these endpoints, in bytes.
    private static let limit = 64 * 1024

    /// `POST /v1/prune`: deletes jobs that ended; lines of how far it is, and the report.
    func prune(_ request: Request, by caller: Caller) async throws -> Response {
        var request = request
        let body = try PruneBody(parsing: try await request.keptBytes(upTo: Self.limit))
        return ProgressAnswer(environment: environment) { [engine] progress in
            try await engine.prune(
                body.rules, isDryRun: body.isDryRun, reason: body.reason, by: caller.actor
            ) { progress($0.events, nil) }.json
        }.response(to: request)
    }

    /// `POST /v1/redact`: takes what people and programs gave or said out of jobs that have ended; lines of how far it is, and the
    /// report.
    func redact(_ request: Request, by caller: Caller) async throws -> Response {
        var request = request
        let body = try RedactBody(parsing: try await request.keptBytes(upTo: 1024 * 1024))
        return ProgressAnswer(environment: environment) { [engine] progress in
            try await engine.redact(
                RedactionSelection(body.jobs, owner: body.owner), isDryRun: body.isDryRun,
                keepsTraces: body.keepsTraces, reason: body.reason, by: caller.actor, progress: progress
            ).json
        }.response(to: request)
    }

    /// `POST /v1/verify`: looks through everything; lines of how far it is, and the report.
    func verify(_ request: Request) async throws -> Response {
        var request = request
        let body = try VerifyBody(parsing: try await request.keptBytes(upTo: Self.limit))
        let head = body.head.map { LogHead(text: $0) }
        if case .some(nil) = head {
            throw RequestFault.invalidField("head", expected: "as holdfast head prints it: 1042-3f9a..")
        }
        return ProgressAnswer(environment: environment) { [engine] progress in
            try await engine.verify(against: head ?? nil, isThorough: body.isThorough) {
                progress($0.events, $0.total)
            }.json
        }.response(to: request)
    }

    /// `POST /v1/rebuild`: puts right what does not follow from the log; lines of how far it is, and the report.
    func rebuild(_ request: Request) async throws -> Response {
        var request = request
        let body = try RebuildBody(parsing: try await request.keptBytes(upTo: Self.limit))
        return ProgressAnswer(environment: environment) { [engine] progress in
            try await engine.rebuild(isDryRun: body.isDryRun) { progress($0.events, $0.total) }.json
        }.response(to: request)
    }
}
