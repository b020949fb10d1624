public import HoldfastCore

/// Turns schedules into the JSON of their rows and of the API, and back: the only place that knows it.
public enum ScheduleStateCodec {
    /// The JSON object of a schedule.
    ///
    /// - Parameters:
    ///   - state: The schedule.
    ///   - nextTimes: When it is due next, several times; written as `next_times` unless nil.
    /// - Returns: The object.
    public static func encode(_ state: ScheduleState, nextTimes: [Timestamp]? = nil) -> JSONText {
        JSONWriter.object(capacity: 512) { writer in
            writer.field("name", state.name)
            writer.field("state", state.isPaused ? "paused" : "active")
            writer.field("next_due", optional: state.nextDue)
            if let nextTimes { writer.field("next_times", nextTimes.map(\.rfc3339)) }
            writer.definition(state.definition)
            writer.field("created_at", state.createdAt)
            writer.field("set_at", state.setAt)
            if let run = state.lastRun {
                writer.key("last_run")
                writer.object { encode(run, into: &$0) }
            }
            writer.field("job_on_time", optional: state.jobOnTime?.description)
            if let queued = state.queued {
                writer.key("queued")
                writer.object {
                    $0.field("due", queued.due)
                    $0.field("missed_from", optional: queued.missedFrom)
                    $0.field("behind", queued.behind.description)
                }
            }
        }
    }

    private static func encode(_ run: ScheduleState.Run, into writer: inout JSONWriter) {
        writer.field("due", run.due)
        writer.field("at", run.at)
        writer.field("position", run.position.description)
        writer.field("job", run.job.description)
        if run.isByHand { writer.field("by_hand", true) }
    }

    /// The schedule of a JSON object.
    ///
    /// - Throws: `JSONFieldError`, `JSONSyntaxError` when it is none.
    public static func decode(_ json: JSONText) throws -> ScheduleState {
        let fields = try JSONFields(json)
        let state = try fields.required("state", fields.string("state"))
        return ScheduleState(
            name: try fields.required("name", fields.name("name")), definition: try fields.definition(),
            createdAt: try fields.required("created_at", fields.timestamp("created_at")),
            setAt: try fields.required("set_at", fields.timestamp("set_at")), isPaused: state == "paused",
            nextDue: try fields.timestamp("next_due"), queued: try fields.object("queued").map(queued),
            lastRun: try fields.object("last_run").map(run), jobOnTime: try fields.optionalJob("job_on_time"))
    }

    private static func run(_ fields: JSONFields) throws(JSONFieldError) -> ScheduleState.Run {
        ScheduleState.Run(
            due: try fields.required("due", fields.timestamp("due")),
            at: try fields.required("at", fields.timestamp("at")), position: try fields.position("position"),
            job: try fields.job("job"), isByHand: try fields.bool("by_hand") ?? false)
    }

    private static func queued(_ fields: JSONFields) throws(JSONFieldError) -> ScheduleState.QueuedRun {
        ScheduleState.QueuedRun(
            due: try fields.required("due", fields.timestamp("due")),
            missedFrom: try fields.timestamp("missed_from"),
            behind: try fields.job("behind"))
    }
}
