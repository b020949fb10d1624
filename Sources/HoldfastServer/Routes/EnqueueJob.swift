import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `POST /v1/jobs`: 201 with the job, or 200 with the one that keeps its key.
    func enqueueJob(_ request: Request) async throws -> Response {
        let body = try EnqueueBody(parsing: try await request.bytes(upTo: bodyLimit))
        let enqueued = try await engine.enqueue(body.request, by: caller)
        let id = enqueued.state.id
        let input = try await engine.log.read { try JobDocument.input(of: id, from: $0) }
        let document = JobDocument.json(of: enqueued.state, input: input)
        guard enqueued.isNew else { return .json(document) }
        return .json(document, status: .created, headers: [.location: "\(request.uri.path)/\(id)"])
    }

    /// Who acts.
    ///
    /// Nobody has to say who they are, and only programs of this machine are let in.
    var caller: EventActor { .person("local") }
}

extension EnqueueBody {
    /// What the engine is asked for.
    fileprivate var request: EnqueueRequest {
        EnqueueRequest(
            kind: kind, input: input,
            options: EnqueueOptions(
                queue: queue, key: key, priority: priority ?? .normal, notBefore: notBefore, tags: tags,
                retry: maxAttempts.map { RetryPolicy.exponential(maxAttempts: $0) }, unique: unique,
                debounce: debounce),
            acceptsAnyKind: acceptsAnyKind)
    }
}
