import HoldfastCore

// The JSON of the events of jobs: for each kind the writing beside the reading.
extension EventCodec {
    static func encode(_ event: JobEvent, into writer: inout JSONWriter) {
        switch event {
        case .enqueued(let event): encode(event, into: &writer)
        case .started(let event):
            writer.field("worker", event.worker)
            writer.field("engine", event.engine)
        case .paused(let event):
            writer.field("reason", optional: event.reason)
            if let deadline = event.deadline { writer.field("deadline", deadline) }
        case .unpaused(let event): writer.field("reason", optional: event.reason)
        case .cancelRequested(let event):
            writer.field("reason", optional: event.reason)
            if let deadline = event.deadline { writer.field("deadline", deadline) }
        case .cancelled(let event): writer.field("reason", optional: event.reason)
        case .attemptFailed(let event):
            writer.failure(event.failure)
            writer.field("retry_at", event.retryAt)
        case .rescheduled(let event):
            writer.field("until", event.until)
            writer.field("reason", optional: event.reason)
        case .completed(let event): writer.payload("output", event.output)
        case .failed(let event):
            writer.failure(event.failure)
            writer.field("cause", event.cause.rawValue)
        case .retried(let event): writer.field("reason", optional: event.reason)
        case .leaseReleased(let event):
            writer.field("token", event.token.description)
            writer.field("reason", event.reason)
        case .leaseExpired(let event):
            writer.field("token", event.token.description)
            writer.field("worker", event.worker)
            writer.field("cause", event.cause.rawValue)
        case .stepStarted(let event): writer.step(event.step)
        case .stepCompleted(let event):
            writer.step(event.step)
            writer.payload("output", event.output)
            writer.field("duration_us", event.duration)
            if let position = event.reusedFrom { writer.field("reused_from", position.description) }
        case .stepFailed(let event):
            writer.step(event.step)
            writer.error(event.failure)
            if let retryAt = event.retryAt { writer.field("retry_at", retryAt) }
        case .stepUnused(let event): writer.step(event.step)
        case .progressUpdated(let progress): writer.progress(progress)
        case .logWritten(let event):
            writer.field("level", event.level.rawValue)
            writer.field("message", event.message)
            if let metadata = event.metadata { writer.field("metadata", metadata) }
        case .appEmitted(let event):
            writer.field("name", event.name)
            writer.payload("payload", event.payload)
        case .artifactSaved(let event):
            writer.field("name", event.name)
            writer.field("media_type", event.mediaType)
            writer.field("bytes", event.bytes)
            writer.field("sha256", event.sha256)
        case .budgetCharged, .budgetWarned, .budgetExceeded, .budgetRaised:
            encodeBudget(event, into: &writer)
        case .reprioritised(let event):
            writer.field("priority", event.priority.value)
            writer.field("reason", optional: event.reason)
        case .redacted: writer.field("redacted", true)
        case .forked(let event):
            writer.field("job", event.job.description)
            writer.key("step")
            writer.object { $0.step(event.step) }
            writer.field("reason", optional: event.reason)
        case .waiting, .resumed, .checkpointOpened, .checkpointDecided, .checkpointExpired,
            .checkpointRefused,
            .signalReceived, .signalConsumed, .timerSet, .timerFired, .childSpawned, .childFinished:
            encodeWait(event, into: &writer)
        }
    }

    static func encode(_ event: JobEnqueued, into writer: inout JSONWriter) {
        writer.field("kind", event.kind)
        writer.field("handler_version", event.handlerVersion)
        writer.field("queue", event.queue)
        writer.field("priority", event.priority.value)
        writer.payload("input", event.input)
        if let notBefore = event.notBefore { writer.field("not_before", notBefore) }
        if let key = event.key { writer.field("key", key) }
        if let owner = event.owner { writer.field("owner", owner) }
        if !event.tags.isEmpty { writer.field("tags", event.tags.map(\.rawValue)) }
        writer.retryPolicy("retry", event.retry)
        if let debounce = event.debounce { writer.debounce("debounce", debounce) }
        if let budget = event.budget {
            writer.key("budget")
            writer.object { $0.budget(budget) }
        }
        if let parent = event.parent {
            writer.key("parent")
            writer.object { $0.parent(parent) }
        }
        if let fork = event.fork {
            writer.key("fork")
            writer.object { $0.fork(fork) }
        }
        if let trace = event.trace { writer.trace(trace) }
        if let limitKey = event.limitKey { writer.field("limit_key", limitKey) }
        if event.isEncrypted { writer.field("encrypted", true) }
    }

    static func decodeJobEvent(_ kind: EventKind, _ fields: JSONFields) throws(JSONFieldError) -> JobEvent {
        if let event = try decodeWaitEvent(kind, fields) { return event }
        return switch kind {
        case .jobEnqueued: .enqueued(try decodeEnqueued(fields))
        case .jobStarted:
            .started(
                JobStarted(
                    worker: try fields.required("worker", fields.name("worker")),
                    engine: try fields.required("engine", fields.name("engine"))))
        case .jobPaused:
            .paused(
                JobPaused(reason: try fields.string("reason"), deadline: try fields.timestamp("deadline")))
        case .jobUnpaused: .unpaused(JobUnpaused(reason: try fields.string("reason")))
        case .jobCancelRequested:
            .cancelRequested(
                JobCancelRequested(
                    reason: try fields.string("reason"), deadline: try fields.timestamp("deadline")))
        case .jobCancelled: .cancelled(JobCancelled(reason: try fields.string("reason")))
        case .jobAttemptFailed:
            .attemptFailed(
                JobAttemptFailed(
                    failure: try fields.failure(),
                    retryAt: try fields.required("retry_at", fields.timestamp("retry_at"))))
        case .jobRescheduled:
            .rescheduled(
                JobRescheduled(
                    until: try fields.required("until", fields.timestamp("until")),
                    reason: try fields.string("reason")))
        case .jobCompleted: .completed(JobCompleted(output: try fields.payload("output")))
        case .jobFailed:
            .failed(JobFailed(failure: try fields.failure(), cause: try fields.literal("cause")))
        case .jobRetried: .retried(JobRetried(reason: try fields.string("reason")))
        case .leaseReleased, .leaseExpired: try decodeLeaseEvent(kind, fields)
        case .stepStarted, .stepCompleted, .stepFailed, .stepUnused: try decodeStepEvent(kind, fields)
        case .progressUpdated: .progressUpdated(try fields.progress())
        case .logWritten:
            .logWritten(
                LogWritten(
                    level: try fields.literal("level"),
                    message: try fields.required("message", fields.string("message")),
                    metadata: fields.raw("metadata")))
        case .appEmitted:
            .appEmitted(
                AppEmitted(
                    name: try fields.required("name", fields.string("name")),
                    payload: try fields.payload("payload")))
        case .artifactSaved:
            .artifactSaved(
                ArtifactSaved(
                    name: try fields.required("name", fields.name("name")),
                    mediaType: try fields.required("media_type", fields.name("media_type")),
                    bytes: try fields.required("bytes", fields.integer("bytes")),
                    sha256: try fields.required("sha256", fields.string("sha256"))))
        case .budgetCharged, .budgetWarned, .budgetExceeded, .budgetRaised:
            try decodeBudgetEvent(kind, fields)
        case .jobReprioritised:
            .reprioritised(
                JobReprioritised(priority: try fields.priority(), reason: try fields.string("reason")))
        case .jobForked:
            .forked(
                JobForked(
                    job: try fields.job("job"),
                    step: try fields.required("step", fields.object("step")).step(),
                    reason: try fields.string("reason")))
        // A kind that is missing here has no golden file that can be read.
        default:
            throw JSONFieldError(field: "kind", expected: "a kind of a job's event")
        }
    }

    static func decodeEnqueued(_ fields: JSONFields) throws(JSONFieldError) -> JobEnqueued {
        JobEnqueued(
            kind: try fields.required("kind", fields.name("kind")),
            handlerVersion: Int(try fields.integer("handler_version") ?? 1),
            queue: try fields.required("queue", fields.name("queue")),
            priority: try fields.priority(), input: try fields.payload("input"),
            notBefore: try fields.timestamp("not_before"),
            key: try fields.name("key"), owner: try fields.name("owner"),
            tags: (try fields.strings("tags") ?? []).map(JobTag.init(unchecked:)),
            retry: try fields.retryPolicy("retry"), debounce: try fields.debounce("debounce"),
            budget: try fields.object("budget")?.budget(),
            parent: try fields.object("parent")?.parent(), fork: try fields.object("fork")?.fork(),
            trace: try fields.trace(), limitKey: try fields.name("limit_key"),
            isEncrypted: try fields.bool("encrypted") ?? false)
    }

    private static func decodeLeaseEvent(
        _ kind: EventKind, _ fields: JSONFields
    ) throws(JSONFieldError) -> JobEvent {
        let token = LeaseToken(try fields.position("token"))
        if kind == .leaseReleased {
            return .leaseReleased(
                LeaseReleased(token: token, reason: try fields.required("reason", fields.string("reason"))))
        }
        return .leaseExpired(
            LeaseExpired(
                token: token, worker: try fields.required("worker", fields.name("worker")),
                cause: try fields.literal("cause")))
    }

    private static func decodeStepEvent(_ kind: EventKind, _ fields: JSONFields) throws(JSONFieldError)
        -> JobEvent
    {
        let step = StepKey(
            try fields.required("name", fields.name("name")),
            occurrence: Int(try fields.required("occurrence", fields.integer("occurrence"))))
        switch kind {
        case .stepCompleted:
            return .stepCompleted(
                StepCompleted(
                    step: step, output: try fields.payload("output"),
                    duration: try fields.required("duration_us", fields.integer("duration_us")),
                    reusedFrom: try fields.string("reused_from") == nil ? nil : fields.position("reused_from")
                ))
        case .stepFailed:
            return .stepFailed(
                StepFailed(
                    step: step, failure: try fields.error(step: step),
                    retryAt: try fields.timestamp("retry_at")))
        case .stepUnused: return .stepUnused(StepUnused(step: step))
        default: return .stepStarted(StepStarted(step: step))
        }
    }
}
