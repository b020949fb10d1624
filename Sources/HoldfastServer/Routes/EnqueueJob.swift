import HTTPTypes
package import HoldfastAPI
import HoldfastCore
package import HoldfastEngine
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
        let enqueued = try await namingKinds { [engine, asked] in
            try await engine.enqueue(asked, by: caller.actor)
        }
        let id = enqueued.state.id
        let input = try await engine.log.read { try JobDocument.input(of: id, from: $0) }
        var document = JobDocument.json(of: enqueued.state, input: input)
        if let replaced = enqueued.replaced {
            document = document.adding("replaced", .string(replaced.description))
        }
        if body.wantsStreamToken {
            document = document.adding("stream_token", streamToken(for: .job(id), caller))
        }
        guard enqueued.isNew else { return .json(document) }
        return .json(document, status: .created, headers: [.location: "\(request.uri.path)/\(id)"])
    }

    /// Does something that names a kind, and tells which kinds there are where it is none of them.
    func namingKinds<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch EnqueueRejection.unknownKind(let kind) {
            let known = try await engine.log.read { try $0.announcedKinds() }
            throw RouteFault.unknownKind(kind, known: known.sorted())
        }
    }
}

extension JSONText {
    /// The object with one more field; it has some already.
    func adding(_ name: String, _ value: JSONText) -> JSONText {
        JSONText(unchecked: text.dropLast() + "," + JSONText.string(name).text + ":" + value.text + "}")
    }

    /// The object with one more field; it has some already.
    func adding(_ name: String, _ value: Bool) -> JSONText {
        adding(name, JSONText(unchecked: value ? "true" : "false"))
    }
}

extension EnqueueBody {
    /// What the engine is asked for.
    ///
    /// - Throws: `RequestFault` for retries that make no sense.
    package var request: EnqueueRequest {
        get throws(RequestFault) {
            EnqueueRequest(
                kind: kind, input: input,
                options: EnqueueOptions(
                    queue: queue, key: key, priority: priority ?? .normal, notBefore: notBefore, tags: tags,
                    owner: owner, retry: try retry?.policy(), budget: budget, unique: unique,
                    debounce: debounce,
                    limitKey: limitKey, isEncrypted: isEncrypted),
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
