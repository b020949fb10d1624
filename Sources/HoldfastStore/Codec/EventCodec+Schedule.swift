import HoldfastCore

// The JSON of the events of schedules: for each kind the writing beside the reading.
extension EventCodec {
    static func encode(_ event: ScheduleEvent, into writer: inout JSONWriter) {
        writer.field("name", event.name)
        switch event {
        case .set(let event):
            writer.definition(event.definition)
            writer.field("next_due", optional: event.nextDue)
        case .removed(let event): writer.field("reason", optional: event.reason)
        case .paused(let event): writer.field("reason", optional: event.reason)
        case .resumed(let event):
            writer.field("reason", optional: event.reason)
            writer.field("next_due", optional: event.nextDue)
        case .fired(let event):
            writer.field("due", event.due)
            writer.field("missed_from", optional: event.missedFrom)
            writer.field("job", event.job.description)
            if event.isByHand { writer.field("by_hand", true) }
            writer.field("reason", optional: event.reason)
            writer.field("next_due", optional: event.nextDue)
        case .queued(let event):
            writer.field("due", event.due)
            writer.field("missed_from", optional: event.missedFrom)
            writer.field("behind", event.behind.description)
            writer.field("next_due", optional: event.nextDue)
        case .skipped(let event):
            writer.field("due", event.due)
            writer.field("from", optional: event.from)
            writer.field("reason", event.reason.rawValue)
            writer.field("next_due", optional: event.nextDue)
        }
    }

    static func decodeScheduleEvent(
        _ kind: EventKind, _ fields: JSONFields
    ) throws(JSONFieldError) -> ScheduleEvent {
        let name: ScheduleName = try fields.required("name", fields.name("name"))
        let nextDue = try fields.timestamp("next_due")
        switch kind {
        case .scheduleSet:
            return .set(ScheduleSet(name: name, definition: try fields.definition(), nextDue: nextDue))
        case .scheduleRemoved:
            return .removed(ScheduleRemoved(name: name, reason: try fields.string("reason")))
        case .schedulePaused:
            return .paused(SchedulePaused(name: name, reason: try fields.string("reason")))
        case .scheduleResumed:
            return .resumed(
                ScheduleResumed(name: name, reason: try fields.string("reason"), nextDue: nextDue))
        case .scheduleFired:
            return .fired(
                ScheduleFired(
                    name: name, due: try fields.required("due", fields.timestamp("due")),
                    missedFrom: try fields.timestamp("missed_from"),
                    job: try fields.job("job"),
                    isByHand: try fields.bool("by_hand") ?? false, reason: try fields.string("reason"),
                    nextDue: nextDue))
        case .scheduleQueued:
            return .queued(
                ScheduleQueued(
                    name: name, due: try fields.required("due", fields.timestamp("due")),
                    missedFrom: try fields.timestamp("missed_from"),
                    behind: try fields.job("behind"), nextDue: nextDue))
        default:
            return .skipped(
                ScheduleSkipped(
                    name: name, due: try fields.required("due", fields.timestamp("due")),
                    from: try fields.timestamp("from"), reason: try fields.literal("reason"),
                    nextDue: nextDue))
        }
    }
}

extension JSONWriter {
    /// Writes what a schedule does when.
    mutating func definition(_ definition: ScheduleDefinition) {
        switch definition.timing {
        case .cron(let expression, let zone):
            field("cron", expression.text)
            field("zone", zone)
        case .every(let seconds, let anchor):
            field("every_seconds", seconds)
            field("anchor", anchor)
        }
        field("overlap", definition.overlap.rawValue)
        field("missed", definition.missed.rawValue)
        key("job")
        object { EventCodec.encode(definition.job, into: &$0) }
    }

    /// Writes an object's field with a moment, unless it is nil.
    mutating func field(_ name: StaticString, optional moment: Timestamp?) {
        if let moment { field(name, moment) }
    }
}

extension JSONFields {
    /// Reads what a schedule does when.
    func definition() throws(JSONFieldError) -> ScheduleDefinition {
        ScheduleDefinition(
            timing: try timing(), job: try EventCodec.decodeEnqueued(try required("job", object("job"))),
            overlap: try literal("overlap"), missed: try literal("missed"))
    }

    private func timing() throws(JSONFieldError) -> ScheduleTiming {
        if let text = try string("cron") {
            let zone = try required("zone", string("zone"))
            do throws(CronFault) {
                return .cron(try CronExpression(text), zone: zone)
            } catch {
                throw JSONFieldError(field: "cron", expected: "a cron expression: \(error)")
            }
        }
        return .every(
            seconds: try required("every_seconds", integer("every_seconds")),
            anchor: try required("anchor", timestamp("anchor")))
    }
}
