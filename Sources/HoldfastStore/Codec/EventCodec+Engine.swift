import HoldfastCore

// The JSON of the events of the engine itself.
extension EventCodec {
    static func encode(_ event: EngineEvent, into writer: inout JSONWriter) {
        switch event {
        case .workerJoined(let event):
            writer.field("worker", event.worker)
            writer.field("engine", event.engine)
            writer.field("queues", event.queues.map(\.rawValue))
            writer.field("kinds", event.kinds.map(\.rawValue))
        case .workerLeft(let event):
            writer.field("worker", event.worker)
            writer.field("engine", event.engine)
            writer.field("reason", event.reason)
        case .schedule(let event): encode(event, into: &writer)
        case .queueConfigured(let event):
            writer.field("queue", event.queue)
            writer.limits(event.limits)
        case .queuePaused(let event):
            writer.field("queue", event.queue)
            writer.field("reason", optional: event.reason)
        case .queueResumed(let event):
            writer.field("queue", event.queue)
            writer.field("reason", optional: event.reason)
        case .bulk(let event): encode(event, into: &writer)
        case .requestAnswered(let event): encode(event, into: &writer)
        case .pruned(let event): encode(event, into: &writer)
        case .archived(let event): encode(event, into: &writer)
        case .jobImported(let event): encode(event, into: &writer)
        case .logRestored(let event): encode(event, into: &writer)
        case .redacted(let event): encode(event, into: &writer)
        case .keyDestroyed(let event):
            writer.field("job", event.job.description)
            writer.field("reason", optional: event.reason)
        case .configured(let event): encode(event, into: &writer)
        }
    }

    /// Nil when the kind is one of a job's events.
    static func decodeEngineEvent(_ kind: EventKind, _ fields: JSONFields) throws(JSONFieldError)
        -> EngineEvent?
    {
        switch kind {
        case .engineWorkerJoined:
            .workerJoined(
                WorkerJoined(
                    worker: try fields.required("worker", fields.name("worker")),
                    engine: try fields.required("engine", fields.name("engine")),
                    queues: (try fields.strings("queues") ?? []).map(QueueName.init(unchecked:)),
                    kinds: (try fields.strings("kinds") ?? []).map(JobKind.init(unchecked:))))
        case .engineWorkerLeft:
            .workerLeft(
                WorkerLeft(
                    worker: try fields.required("worker", fields.name("worker")),
                    engine: try fields.required("engine", fields.name("engine")),
                    reason: try fields.required("reason", fields.string("reason"))))
        case .scheduleSet, .scheduleRemoved, .schedulePaused, .scheduleResumed, .scheduleFired,
            .scheduleQueued, .scheduleSkipped:
            .schedule(try decodeScheduleEvent(kind, fields))
        case .queueConfigured:
            .queueConfigured(
                QueueConfigured(
                    queue: try fields.required("queue", fields.name("queue")), limits: try fields.limits()))
        case .queuePaused:
            .queuePaused(
                QueuePaused(
                    queue: try fields.required("queue", fields.name("queue")),
                    reason: try fields.string("reason")))
        case .queueResumed:
            .queueResumed(
                QueueResumed(
                    queue: try fields.required("queue", fields.name("queue")),
                    reason: try fields.string("reason")))
        case .requestAnswered: .requestAnswered(try decodeAnswer(fields))
        case .enginePruned: .pruned(try decodePruned(fields))
        case .engineArchived: .archived(try decodeArchived(fields))
        case .engineImported: .jobImported(try decodeImport(fields))
        case .engineRestored: .logRestored(try decodeRestoration(fields))
        case .engineRedacted: .redacted(try decodeRedacted(fields))
        case .engineKeyDestroyed:
            .keyDestroyed(KeyDestroyed(job: try fields.job("job"), reason: try fields.string("reason")))
        case .engineConfigured: .configured(try decodeConfigured(fields))
        // A kind that is missing here has no golden file that can be read.
        default:
            try decodeBulkEvent(kind, fields).map(EngineEvent.bulk)
        }
    }
}
