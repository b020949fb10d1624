import HoldfastCore

// The JSON of the events of what a job waits for: for each kind the writing beside the reading.
extension EventCodec {
    static func encodeWait(_ event: JobEvent, into writer: inout JSONWriter) {
        switch event {
        case .waiting(let event):
            writer.waitReasons("on", event.reasons)
            if event.hasMore { writer.field("more", true) }
        case .resumed(let event):
            writer.key("wait")
            writer.object { $0.wait(event.wait) }
        case .checkpointOpened(let event):
            writer.place(event.checkpoint)
            writer.payload("summary", event.summary)
            if let deadline = event.deadline { writer.field("deadline", deadline) }
            writer.field("on_deadline", event.onDeadline.rawValue)
        case .checkpointDecided(let event):
            writer.place(event.checkpoint)
            writer.field("decision", event.choice.rawValue)
            writer.field("reason", optional: event.reason)
            if event.value != .null { writer.payload("data", event.value) }
        case .checkpointExpired(let event):
            writer.place(event.checkpoint)
            writer.field("deadline", event.deadline)
            writer.field("action", event.action.rawValue)
        case .checkpointRefused(let event):
            writer.place(event.checkpoint)
            writer.field("decision", event.choice.rawValue)
            writer.field("reason", optional: event.reason)
            writer.field("status", event.status.rawValue)
            writer.field("first", event.first.description)
        case .signalReceived(let event):
            writer.place(event.signal)
            writer.payload("payload", event.payload)
            if let request = event.request { writer.field("request", request) }
            writer.field("sha256", optional: event.sha256)
        case .signalConsumed(let event): writer.place(event.signal)
        case .timerSet(let event):
            writer.wait(event.wait)
            writer.field("due", event.due)
        case .timerFired(let event):
            writer.field("due", event.due)
            guard let wait = event.wait else { return }
            writer.key("wait")
            writer.object { $0.wait(wait) }
        case .childSpawned(let event):
            writer.place(event.child)
            writer.field("job", event.job.description)
            writer.field("kind", event.kind)
        case .childFinished(let event):
            writer.place(event.child)
            writer.field("job", event.job.description)
            writer.field("state", event.state.rawValue)
            writer.field("ending", event.ending.description)
            if event.isRepeated { writer.field("repeated", true) }
        default: break
        }
    }

    /// Nil when the kind is about no wait.
    static func decodeWaitEvent(_ kind: EventKind, _ fields: JSONFields) throws(JSONFieldError) -> JobEvent? {
        switch kind {
        case .jobWaiting:
            return .waiting(
                JobWaiting(reasons: try fields.waitReasons("on"), hasMore: try fields.bool("more") ?? false))
        case .jobResumed:
            return .resumed(JobResumed(wait: try fields.required("wait", fields.object("wait")).wait()))
        case .checkpointOpened, .checkpointDecided, .checkpointExpired, .checkpointRefused:
            return try decodeCheckpointEvent(kind, fields)
        case .signalReceived:
            return .signalReceived(
                SignalReceived(
                    signal: try fields.place(.signal), payload: try fields.payload("payload"),
                    request: try fields.name("request"), sha256: try fields.string("sha256")))
        case .signalConsumed: return .signalConsumed(SignalConsumed(signal: try fields.place(.signal)))
        case .timerSet:
            return .timerSet(
                TimerSet(wait: try fields.wait(), due: try fields.required("due", fields.timestamp("due"))))
        case .timerFired:
            return .timerFired(
                TimerFired(
                    due: try fields.required("due", fields.timestamp("due")),
                    wait: try fields.object("wait")?.wait()))
        case .childSpawned:
            return .childSpawned(
                ChildSpawned(
                    child: try fields.place(.child), job: try fields.job("job"),
                    kind: try fields.required("kind", fields.name("kind"))))
        case .childFinished:
            return .childFinished(
                ChildFinished(
                    child: try fields.place(.child), job: try fields.job("job"),
                    state: try fields.literal("state"), ending: try fields.position("ending"),
                    isRepeated: try fields.bool("repeated") ?? false))
        default: return nil
        }
    }

    private static func decodeCheckpointEvent(
        _ kind: EventKind, _ fields: JSONFields
    ) throws(JSONFieldError) -> JobEvent {
        let checkpoint = try fields.place(.checkpoint)
        switch kind {
        case .checkpointOpened:
            return .checkpointOpened(
                CheckpointOpened(
                    checkpoint: checkpoint, summary: try fields.payload("summary"),
                    deadline: try fields.timestamp("deadline"), onDeadline: try fields.literal("on_deadline"))
            )
        case .checkpointDecided:
            return .checkpointDecided(
                CheckpointDecided(
                    checkpoint: checkpoint, choice: try fields.literal("decision"),
                    reason: try fields.string("reason"), value: try fields.payload("data")))
        case .checkpointExpired:
            return .checkpointExpired(
                CheckpointExpired(
                    checkpoint: checkpoint,
                    deadline: try fields.required("deadline", fields.timestamp("deadline")),
                    action: try fields.literal("action")))
        default:
            return .checkpointRefused(
                CheckpointRefused(
                    checkpoint: checkpoint, choice: try fields.literal("decision"),
                    reason: try fields.string("reason"), status: try fields.literal("status"),
                    first: try fields.position("first")))
        }
    }
}
