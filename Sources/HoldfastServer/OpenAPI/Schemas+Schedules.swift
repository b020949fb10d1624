import HoldfastCore

// The forms of schedules.
extension OpenAPIDocument {
    static let scheduleSchemas: [(name: String, schema: JSONText)] = [
        (
            "ScheduleBody",
            body(
                #"""
                "cron":{"type":"string"},"zone":{"type":"string","description":"Of the IANA; UTC when absent."},
                "every_seconds":{"type":"integer","minimum":1},"anchor":\#(ref("Moment")),\#(policies),
                "job":\#(ref("EnqueueBody"))
                """#, required: ["job"])
        ),
        ("Schedule", schedule()),
        ("SetSchedule", schedule(#","changed":{"type":"boolean"}"#)),
        (
            "ScheduledJob",
            #"""
            {"type":"object","additionalProperties":false,
             "required":["kind","handler_version","queue","priority","retry"],
             "oneOf":[{"required":["input"]},{"required":["input_ref"]}],
             "properties":{"kind":\#(ref("Name")),"handler_version":{"type":"integer"},"queue":\#(ref("Name")),
              "priority":\#(ref("Priority")),"input":true,"input_ref":\#(ref("ValueReference")),
              "key":\#(ref("Name")),"owner":\#(ref("Name")),"tags":{"type":"array","items":\#(ref("Name"))},
              "retry":\#(ref("RetryPolicy")),"budget":\#(ref("Budget")),"trace":\#(ref("Trace")),
              "limit_key":\#(ref("Name"))}}
            """#
        ),
        (
            "ScheduleRun",
            body(
                #"""
                "due":\#(ref("Time")),"at":\#(ref("Time")),"position":\#(ref("Position")),"job":\#(ref("JobID")),
                "by_hand":{"enum":[true]}
                """#, required: ["due", "at", "position", "job"])
        ),
        (
            "QueuedRun",
            body(
                #""due":\#(ref("Time")),"missed_from":\#(ref("Time")),"behind":\#(ref("JobID"))"#,
                required: ["due", "behind"])
        ),
        (
            "SchedulePage",
            body(
                #"""
                "schedules":{"type":"array","items":\#(ref("Schedule"))},
                "next":{"oneOf":[\#(ref("Name")),{"type":"null"}]}
                """#, required: ["schedules", "next"])
        ),
    ].map { ($0.0, JSONText(unchecked: $0.1)) }

    private static let policies = #"""
        "overlap":{"enum":[\#(names(of: OverlapPolicy.self))]},"missed":{"enum":[\#(names(of: MissedRunPolicy.self))]}
        """#

    /// A schedule, and further fields.
    private static func schedule(_ more: String = "") -> String {
        body(
            #"""
            "name":\#(ref("Name")),"state":{"enum":["active","paused"]},"next_due":\#(ref("Time")),
            "next_times":{"type":"array","items":\#(ref("Time"))},"cron":{"type":"string"},
            "zone":{"type":"string"},"every_seconds":{"type":"integer"},"anchor":\#(ref("Time")),\#(policies),
            "job":\#(ref("ScheduledJob")),"created_at":\#(ref("Time")),"set_at":\#(ref("Time")),
            "last_run":\#(ref("ScheduleRun")),"job_on_time":\#(ref("JobID")),
            "queued":\#(ref("QueuedRun"))\#(more)
            """#,
            required: [
                "name", "state", "next_times", "overlap", "missed", "job", "created_at", "set_at",
            ])
    }
}
