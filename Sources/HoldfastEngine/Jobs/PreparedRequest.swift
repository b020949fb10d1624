import HoldfastCore
import HoldfastStore

/// A request to enqueue with everything that is made before a transaction begins: its payload and its id.
struct PreparedRequest: Sendable {
    let request: EnqueueRequest
    let input: PreparedPayload
    let id: JobID

    /// Enqueues the job, or does what the terms of its key say; finds the job of a request that was sent before.
    ///
    /// - Throws: `EnqueueRejection`, `JobRejection.requestReused`, `StoreError`.
    func enqueue(in transaction: LogTransaction, by actor: EventActor) throws -> EnqueuedJob {
        let (mark, owner) = (request.mark, request.options.owner)
        if let known = try transaction.job(answering: mark, kind: request.kind, owner: owner) {
            return EnqueuedJob(state: known, isNew: false, replaced: nil)
        }
        if !request.acceptsAnyKind, try !transaction.isAnnounced(request.kind) {
            throw EnqueueRejection.unknownKind(request.kind)
        }
        input.keep(in: transaction)
        let event = request.event(input: input.payload)
        let outcome = try transaction.enqueue(event, as: id, on: request.options.terms, by: actor)
        transaction.note(
            .job(outcome.state.id), to: mark, kind: request.kind, owner: owner, by: actor)
        return EnqueuedJob(state: outcome.state, isNew: outcome.isNew, replaced: outcome.replaced)
    }
}

extension JobEngine {
    /// Makes the payloads and ids of requests, and keys where they ask for encryption, for which it blocks the thread.
    ///
    /// - Throws: `StoreError` when an input is above the limit or a key cannot be made.
    func prepare(_ requests: [EnqueueRequest]) throws -> [PreparedRequest] {
        var prepared: [PreparedRequest] = []
        prepared.reserveCapacity(requests.count)
        for request in requests {
            let id = ids.next()
            let input = try log.payloadNow(
                request.input, encryptedFor: request.options.isEncrypted ? id : nil, creating: true)
            prepared.append(PreparedRequest(request: request, input: input, id: id))
        }
        return prepared
    }

    /// Does the same where it blocks nobody.
    func prepared(_ requests: [EnqueueRequest]) async throws -> [PreparedRequest] {
        guard requests.contains(where: \.options.isEncrypted) else { return try prepare(requests) }
        return try await log.read { _ in try self.prepare(requests) }
    }
}

extension EnqueueRequest {
    /// What is recorded of it.
    func event(input: Payload, parent: ParentLink? = nil) -> JobEnqueued {
        JobEnqueued(
            kind: kind, handlerVersion: handlerVersion, queue: options.queue ?? .default,
            priority: options.priority, input: input, notBefore: options.notBefore, key: options.key,
            owner: options.owner, tags: options.tags, retry: options.retry ?? .standard,
            budget: options.budget, parent: parent,
            trace: options.trace, limitKey: options.limitKey, isEncrypted: options.isEncrypted)
    }
}
