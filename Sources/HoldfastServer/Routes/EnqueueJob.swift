import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `POST /v1/jobs`: 201 with the job, or 200 with the one that keeps its key or that the same request got before.
    func enqueueJob(_ request: Request, by caller: Caller) async throws -> Response {
        let bytes = try await request.bytes(upTo: bodyLimit)
        let body = try EnqueueBody(parsing: bytes)
        var asked = try body.request
        asked.mark = try request.mark(of: bytes)
        asked.options.owner = asked.options.owner ?? caller.owner
        try check(caller, .enqueue, owner: asked.options.owner ?? caller.subject)
        asked.options.trace = engine.trace(in: request.traceHeaders)
        let enqueued = try await engine.enqueue(asked, by: caller.actor)
        let id = enqueued.state.id
        let input = try await engine.log.read { try JobDocument.input(of: id, from: $0) }
        var document = JobDocument.json(of: enqueued.state, input: input)
        if body.wantsStreamToken {
            let token = streamToken(for: .job(id), caller)
            // The document is an object with fields, so that one more may follow.
            document = JSONText(
                unchecked: document.text.dropLast() + ",\"stream_token\":" + token.text + "}")
        }
        guard enqueued.isNew else { return .json(document) }
        return .json(document, status: .created, headers: [.location: "\(request.uri.path)/\(id)"])
    }

}

extension EnqueueBody {
    /// What the engine is asked for.
    var request: EnqueueRequest {
        get throws(RequestFault) {
            EnqueueRequest(
                kind: kind, input: input,
                options: EnqueueOptions(
                    queue: queue, key: key, priority: priority ?? .normal, notBefore: notBefore, tags: tags,
                    owner: owner, retry: try retry?.policy(), budget: budget, unique: unique,
                    debounce: debounce,
                    limitKey: limitKey),
                acceptsAnyKind: acceptsAnyKind)
        }
    }
}

extension Request {
    /// The headers by their names in lower case, for whoever looks for a trace in them.
    fileprivate var traceHeaders: [String: String] {
        Dictionary(headers.map { ($0.name.canonicalName, $0.value) }) { first, _ in first }
    }
}
