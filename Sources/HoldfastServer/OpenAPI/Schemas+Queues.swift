import HoldfastCore

// The forms of queues and of operations on many jobs.
extension OpenAPIDocument {
    static let queueSchemas: [(name: String, schema: JSONText)] = [
        (
            "QueueLimits",
            body(
                #"""
                "concurrency":{"type":"integer"},"per_process":{"type":"integer"},
                "rate":\#(body(#""jobs":{"type":"integer"},"window_us":{"type":"integer"}"#, required: ["jobs", "window_us"])),
                "weight":{"type":"integer"},"per_key":{"type":"integer"}
                """#)
        ),
        (
            "QueueChange",
            body(
                #"""
                "concurrency":{"type":["integer","null"]},"per_process":{"type":["integer","null"]},
                "rate":{"oneOf":[{"type":"null"},\#(body(#""jobs":{"type":"integer"},"window_us":{"type":"integer"}"#, required: ["jobs", "window_us"]))]},
                "weight":{"type":["integer","null"]},"per_key":{"type":["integer","null"]}
                """#)
        ),
        (
            "Queue",
            body(
                #"""
                "queue":\#(ref("Name")),"limits":\#(ref("QueueLimits")),
                "paused":\#(body(#""since":\#(ref("Time")),"actor":\#(ref("Actor")),"reason":{"type":"string"}"#, required: ["since", "actor"])),
                "jobs":\#(body(JobPhaseName.allCases.map { #""\#($0.rawValue)":{"type":"integer"}"# }.joined(separator: ",")))
                """#, required: ["queue", "limits", "jobs"])
        ),
        (
            "QueueList",
            body(#""queues":{"type":"array","items":\#(ref("Queue"))}"#, required: ["queues"])
        ),
    ].map { ($0.0, JSONText(unchecked: $0.1)) }

    static let bulkSchemas: [(name: String, schema: JSONText)] = [
        (
            "BulkBody",
            body(
                #"""
                "command":{"enum":[\#(names(of: BulkVerb.self))]},"filter":\#(ref("JobFilter")),
                "reason":{"type":"string"},"priority":\#(ref("Priority")),"not_before":\#(ref("Moment")),
                "spread":{"type":"number","minimum":0,"maximum":31536000,"description":"Seconds."},
                "dry_run":{"type":"boolean"}
                """#, required: ["command", "filter"])
        ),
        (
            "JobFilter",
            body(
                #"""
                "state":{"type":"array","items":\#(ref("JobStateName"))},"kind":\#(ref("Name")),
                "queue":\#(ref("Name")),"tag":\#(ref("Name")),"owner":\#(ref("Name"))
                """#)
        ),
        ("BulkCount", body(#""matched":{"type":"integer"}"#, required: ["matched"])),
        (
            "BulkOperation",
            body(
                #"""
                "id":\#(ref("Name")),"state":{"enum":["running","finished"]},"command":\#(ref("BulkCommand")),
                "filter":\#(ref("JobFilter")),"spread":{"type":"number"},"actor":\#(ref("Actor")),
                "started_at":\#(ref("Time")),"matched":{"type":"integer"},"changed":{"type":"integer"},
                "refused":{"type":"integer"},"cursor":\#(ref("JobID")),"engine":\#(ref("Name")),
                "changed_at":\#(ref("Time")),"finished_at":\#(ref("Time"))
                """#,
                required: [
                    "id", "state", "command", "filter", "actor", "started_at", "matched", "changed",
                    "refused",
                    "changed_at",
                ])
        ),
        (
            "BulkCommand",
            body(
                #"""
                "verb":{"enum":[\#(names(of: BulkVerb.self))]},"reason":{"type":"string"},
                "within_us":{"type":"integer"},"priority":\#(ref("Priority")),"until":\#(ref("Time"))
                """#, required: ["verb"])
        ),
        (
            "BulkList",
            body(
                #""operations":{"type":"array","items":\#(ref("BulkOperation"))}"#, required: ["operations"])
        ),
    ].map { ($0.0, JSONText(unchecked: $0.1)) }
}
