import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `POST /v1/stream-tokens`: a token for the streams of one job, or for one filter of `GET /v1/stream`.
    func issueStreamToken(_ request: Request, by caller: Caller) async throws -> Response {
        let body = try StreamTokenBody(parsing: try await request.bytes(upTo: 64 * 1024))
        if case .job(let job) = body.scope {
            guard let state = try await engine.log.read({ try $0.job(job) }) else {
                throw JobRejection.unknownJob
            }
            try check(caller, .readJob, owner: state.origin.owner)
        }
        return .json(streamToken(for: body.scope, caller), status: .created)
    }

    /// The JSON of a new stream token, which is as good as its caller's own credential is for the stream.
    func streamToken(for scope: StreamTokenBody.Scope, _ caller: Caller) -> JSONText {
        let (token, end) = newStreamToken(for: scope, caller)
        return JSONWriter.object { writer in
            writer.field("token", token)
            writer.field("expires_at", end)
        }
    }

    /// Makes a token that is as good as its caller's own credential is for the stream.
    ///
    /// - Returns: The token and until when it is good where no stream is open that was opened with it.
    func newStreamToken(
        for scope: StreamTokenBody.Scope, _ caller: Caller, isForLife: Bool = false
    ) -> (token: String, end: Timestamp) {
        let id = URLSafeText.text(of: Secret.bytes(16, from: environment.random))
        let end = environment.now() + access.streamTokenLifetime
        let grant = StreamGrant(id: id, scope: scope, isForLife: isForLife)
        return (grant.token(for: caller, until: end, sealedBy: access.seal), end)
    }
}
