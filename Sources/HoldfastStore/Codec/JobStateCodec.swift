public import HoldfastCore

/// Turns a job's state into the JSON of the `jobs` projection, of snapshots and of the API, and back.
///
/// Reading what was written gives an equal state, and equal states give equal text.
public enum JobStateCodec {
    /// The JSON object of a state.
    public static func encode(_ state: JobState) -> JSONText {
        JSONWriter.object(capacity: 640) { writer in
            writer.field("id", state.id.description)
            writer.field("version", state.version)
            writer.field("state", state.phase.name.rawValue)
            writer.field("state_position", state.phasePosition.description)
            writer.field("kind", state.origin.kind)
            writer.field("handler_version", state.origin.handlerVersion)
            writer.field("queue", state.origin.queue)
            writer.field("priority", state.priority.value)
            if let key = state.origin.key { writer.field("key", key) }
            if let owner = state.origin.owner { writer.field("owner", owner) }
            if let limitKey = state.origin.limitKey { writer.field("limit_key", limitKey) }
            if state.origin.isEncrypted { writer.field("encrypted", true) }
            writer.field("tags", state.origin.tags.map(\.rawValue))
            writer.field("enqueued_at", state.origin.enqueuedAt)
            if let startedAt = state.startedAt { writer.field("started_at", startedAt) }
            writer.field("life", state.life)
            writer.field("attempt", state.attempt)
            writer.field("first_attempt_of_life", state.firstAttemptOfLife)
            writer.field("crashes", state.crashes)
            writer.field("recorded_steps", state.recordedSteps)
            if state.stepFailures > 0 { writer.field("step_failures", state.stepFailures) }
            if let progress = state.progress {
                writer.key("progress")
                writer.object { $0.progress(progress) }
            }
            if let failure = state.lastFailure {
                writer.key("last_failure")
                writer.object { $0.failure(failure) }
            }
            writer.retryPolicy("retry", state.origin.retry)
            if let debounce = state.origin.debounce { writer.debounce("debounce", debounce) }
            if let parent = state.origin.parent {
                writer.key("parent")
                writer.object { $0.parent(parent) }
            }
            if let fork = state.origin.fork {
                writer.key("fork")
                writer.object { $0.fork(fork) }
            }
            if let trace = state.origin.trace { writer.trace(trace) }
            writer.waits("waits", state.waits)
            writer.costs(state.costs)
            encode(state.phase, into: &writer)
            if state.isRedacted { writer.field("redacted", true) }
        }
    }

    /// The state of a JSON object.
    ///
    /// - Throws: `JSONFieldError` or `JSONSyntaxError` when the object is no state.
    public static func decode(_ json: JSONText) throws -> JobState {
        let fields = try JSONFields(json)
        let origin = JobOrigin(
            kind: try fields.required("kind", fields.name("kind")),
            handlerVersion: Int(try fields.integer("handler_version") ?? 1),
            queue: try fields.required("queue", fields.name("queue")), key: try fields.name("key"),
            owner: try fields.name("owner"),
            tags: (try fields.strings("tags") ?? []).map(JobTag.init(unchecked:)),
            retry: try fields.retryPolicy("retry"), parent: try fields.object("parent")?.parent(),
            fork: try fields.object("fork")?.fork(),
            enqueuedAt: try fields.required("enqueued_at", fields.timestamp("enqueued_at")),
            debounce: try fields.debounce("debounce"), trace: try fields.trace(),
            limitKey: try fields.name("limit_key"),
            isEncrypted: try fields.bool("encrypted") ?? false)
        func count(_ name: String) throws(JSONFieldError) -> Int {
            Int(try fields.required(name, fields.integer(name)))
        }
        return JobState(
            id: try fields.job("id"), origin: origin, costs: try fields.costs(),
            version: try fields.required("version", fields.integer("version")),
            priority: try fields.priority(), life: try count("life"), attempt: try count("attempt"),
            firstAttemptOfLife: try count("first_attempt_of_life"), crashes: try count("crashes"),
            recordedSteps: try count("recorded_steps"),
            stepFailures: Int(try fields.integer("step_failures") ?? 0),
            progress: try fields.object("progress")?.progress(),
            lastFailure: try fields.object("last_failure")?.failure(),
            startedAt: try fields.timestamp("started_at"), waits: try fields.waits("waits"),
            phase: try decodePhase(fields), phasePosition: try fields.position("state_position"),
            isRedacted: try fields.bool("redacted") ?? false)
    }

    private static func encode(_ phase: JobPhase, into writer: inout JSONWriter) {
        switch phase {
        case .scheduled(let until): writer.field("until", until)
        case .queued(let since): writer.field("since", since)
        case .running(let running):
            writer.field("token", running.token.description)
            writer.field("worker", running.worker)
            writer.field("engine", running.engine)
            writer.field("since", running.since)
            if let request = running.cancelRequest { encode(request, as: "cancel_request", into: &writer) }
            if let request = running.pauseRequest { encode(request, as: "pause_request", into: &writer) }
        case .waiting(let waiting):
            writer.field("since", waiting.since)
            writer.waitReasons("on", waiting.reasons)
            if waiting.hasMore { writer.field("more", true) }
        case .paused(let paused):
            writer.field("since", paused.at)
            writer.key("actor")
            writer.actor(paused.actor)
            writer.field("reason", optional: paused.reason)
            if let due = paused.due { writer.field("until", due) }
        case .completed(let at): writer.field("finished_at", at)
        case .failed(let at, let failure, let cause):
            writer.field("finished_at", at)
            writer.field("cause", cause.rawValue)
            writer.failure(failure)
        case .cancelled(let at, let actor, let reason):
            writer.field("finished_at", at)
            writer.key("actor")
            writer.actor(actor)
            writer.field("reason", optional: reason)
        }
    }

    private static func encode(_ request: StopRequest, as name: StaticString, into writer: inout JSONWriter) {
        writer.key(name)
        writer.object {
            $0.key("actor")
            $0.actor(request.actor)
            $0.field("reason", optional: request.reason)
            $0.field("at", request.at)
            if let deadline = request.deadline { $0.field("deadline", deadline) }
        }
    }

    private static func decodePhase(_ fields: JSONFields) throws(JSONFieldError) -> JobPhase {
        func time(_ name: String) throws(JSONFieldError) -> Timestamp {
            try fields.required(name, fields.timestamp(name))
        }
        switch try fields.literal("state", as: JobPhaseName.self) {
        case .scheduled: return .scheduled(until: try time("until"))
        case .queued: return .queued(since: try time("since"))
        case .running: return .running(try decodeRunning(fields))
        case .waiting:
            return .waiting(
                WaitingPhase(
                    since: try time("since"), reasons: try fields.waitReasons("on"),
                    hasMore: try fields.bool("more") ?? false))
        case .paused:
            return .paused(
                PausedPhase(
                    at: try time("since"), actor: try fields.actor("actor"),
                    reason: try fields.string("reason"),
                    due: try fields.timestamp("until")))
        case .completed: return .completed(at: try time("finished_at"))
        case .failed:
            return .failed(
                at: try time("finished_at"), failure: try fields.failure(), cause: try fields.literal("cause")
            )
        case .cancelled:
            return .cancelled(
                at: try time("finished_at"), by: try fields.actor("actor"),
                reason: try fields.string("reason"))
        }
    }

    private static func decodeRunning(_ fields: JSONFields) throws(JSONFieldError) -> RunningPhase {
        RunningPhase(
            token: LeaseToken(try fields.position("token")),
            worker: try fields.required("worker", fields.name("worker")),
            engine: try fields.required("engine", fields.name("engine")),
            since: try fields.required("since", fields.timestamp("since")),
            cancelRequest: try decodeRequest("cancel_request", of: fields),
            pauseRequest: try decodeRequest("pause_request", of: fields))
    }

    private static func decodeRequest(
        _ name: String, of fields: JSONFields
    ) throws(JSONFieldError) -> StopRequest? {
        guard let request = try fields.object(name) else { return nil }
        return StopRequest(
            actor: try request.actor("actor"), reason: try request.string("reason"),
            at: try request.required("at", request.timestamp("at")),
            deadline: try request.timestamp("deadline"))
    }
}
