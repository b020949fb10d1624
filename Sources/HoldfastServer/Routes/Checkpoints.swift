import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/checkpoints`: the inbox, what waits or waited for a person over all jobs that the caller may see, the
    /// oldest first.
    func listCheckpoints(_ request: Request, for caller: Caller) async throws -> Response {
        let parameters = try QueryParameters(request, known: ["limit", "after", "at"])
        let limit = try parameters.count("limit", in: 1...200) ?? 50
        var after = EventLogPosition.beginning
        if let text = try parameters.text("after") {
            guard let position = EventLogPosition(text: text) else {
                throw RequestFault.invalidParameter("after", expected: "a position, as \"next\" gave it")
            }
            after = position
        }
        // One more than is sent tells whether there is a next page.
        let owner = AccessRule.reach(of: caller, for: .readJob) < .all ? caller.subject : nil
        let moment = try parameters.past()
        let (found, isComplete) = try await engine.log.read { [after] in
            try OpenCheckpoint.page(from: $0, at: moment, of: owner, after: after, limit: limit + 1)
        }
        let shown = found.prefix(limit)
        var documents: [CheckpointDocument] = []
        for open in shown {
            let summary = try await engine.log.value(
                of: open.summary, isEncrypted: open.job.origin.isEncrypted)
            documents.append(CheckpointDocument(open.record, of: open.job, summary: summary))
        }
        let next = found.count > limit ? shown.last?.record.opened : nil
        return .json(CheckpointPage(checkpoints: documents, next: next, isComplete: isComplete).json)
    }

    /// `GET /v1/jobs/:id/checkpoints`: all checkpoints of a job, whatever became of them.
    func showCheckpoints(_ request: Request, _ path: Parameters) async throws -> Response {
        let id = try path.job()
        _ = try QueryParameters(request, known: [])
        let records = try await engine.log.read { reader in
            guard try reader.job(id) != nil else { throw JobRejection.unknownJob }
            return try reader.waits(of: id, WaitQuery(kind: .checkpoint, limit: 1000))
        }
        return .json(
            JSONWriter.object { writer in
                writer.key("checkpoints")
                writer.array { for record in records { $0.raw(WaitDocument.json(of: record)) } }
            })
    }

    /// `POST /v1/jobs/:id/checkpoints/:name[/:occurrence]`: the decision that counts, which is the first one.
    func decideCheckpoint(_ request: Request, _ path: Parameters, by caller: Caller) async throws -> Response
    {
        let id = try path.job()
        let name: WaitName = try path.name()
        var occurrence: Int?
        if let text = path.get("occurrence") {
            guard let number = Int(text), number > 0 else { throw JobRejection.unknownCheckpoint(name) }
            occurrence = number
        }
        let body = try DecisionBody(parsing: try await request.bytes(upTo: bodyLimit))
        let decision = try await engine.decide(
            body.choice, name, occurrence: occurrence, of: id, by: caller.actor, reason: body.reason,
            value: body.value)
        return .json(decision.json)
    }

    /// `POST /v1/jobs/:id/signal`: the job as it is afterwards.
    ///
    /// Safe to repeat with the same `Idempotency-Key`.
    func signalJob(_ request: Request, _ path: Parameters, by caller: Caller) async throws -> Response {
        let id = try path.job()
        let body = try SignalBody(parsing: try await request.bytes(upTo: bodyLimit))
        let state = try await engine.signal(
            body.name, body.payload, to: id, by: caller.actor, request: try request.idempotencyKey())
        return .json(try await document(of: state))
    }

    /// `POST /v1/jobs/:id/fork`: 201 with the new job, 200 with the one of the same request, or what it would reuse.
    func forkJob(_ request: Request, _ path: Parameters, by caller: Caller) async throws -> Response {
        let id = try path.job()
        let bytes = try await request.bytes(upTo: bodyLimit)
        let body = try ForkBody(parsing: bytes)
        guard !body.isDryRun else {
            return .json(try await engine.forkPlan(of: id, at: body.step).outline.json)
        }
        let fork = try await engine.fork(
            id, at: body.step, input: body.input, by: caller.actor, reason: body.reason,
            mark: try request.mark(of: bytes))
        let document = try await document(of: fork.state)
        guard fork.isNew else { return .json(document) }
        return .json(document, status: .created, headers: [.location: "/v1/jobs/\(fork.state.id)"])
    }
}
