import HoldfastAPI
import HoldfastCore

// The forms of the bodies that enqueue and steer jobs. A field that is null counts as absent.
extension OpenAPIDocument {
    static let enqueueSchemas: [(name: String, schema: JSONText)] = [
        (
            "EnqueueBody",
            #"""
            {"type":"object","additionalProperties":false,"required":["kind"],
             "properties":{"kind":\#(ref("Name")),"input":true,"queue":\#(ref("Name")),
              "priority":\#(ref("GivenPriority")),"key":\#(ref("Name")),
              "unique":{"type":"object","additionalProperties":false,"properties":{
               "period":\#(seconds),"on_conflict":{"enum":[\#(names(of: Uniqueness.Conflict.self))]}}},
              "debounce":{"type":"object","additionalProperties":false,"required":["wait"],
               "properties":{"wait":\#(seconds),"maximum":\#(seconds)}},
              "not_before":\#(ref("Moment")),"tags":{"type":"array","items":\#(ref("Name"))},
              "retry":\#(ref("RetryChoice")),"limit_key":\#(ref("Name")),"encrypt":{"type":"boolean","default":false},
              "budget":{"type":"object","additionalProperties":false,"required":["limit","unit"],
               "properties":{"limit":\#(ref("GivenAmount")),"unit":\#(ref("Name")),
                "policy":{"enum":[\#(names(of: JobBudget.Policy.self))]}}},
              "any_kind":{"type":"boolean"},"owner":\#(ref("Name")),"stream_token":{"type":"boolean"}}}
            """#
        ),
        (
            "StreamToken",
            #"""
            {"type":"object","additionalProperties":false,"required":["token","expires_at"],
             "properties":{"token":{"type":"string"},"expires_at":\#(ref("Time"))}}
            """#
        ),
        (
            "StreamTokenBody",
            #"""
            {"type":"object","additionalProperties":false,"oneOf":[{"required":["job"]},{"required":["filter"]}],
             "properties":{"job":\#(ref("JobID")),"filter":{"type":"object","additionalProperties":false,
              "properties":{\#(StreamTokenBody.filterNames.map { #""\#($0)":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}"# }.joined(separator: ","))}}}}
            """#
        ),
        (
            "LogHead",
            #"""
            {"type":"object","additionalProperties":false,"required":["log","position","hash"],
             "properties":{"log":{"type":"string"},"position":\#(ref("Position")),"hash":\#(ref("SHA256"))}}
            """#
        ),
        (
            "Stats",
            #"""
            {"type":"object","additionalProperties":false,"required":["log","jobs","queues"],
             "properties":{"log":{"type":"object","additionalProperties":false,"required":["identity","head"],
               "properties":{"identity":{"type":"string"},"head":\#(ref("Position")),
                "events_last_minute":{"type":"integer","minimum":0},"file_bytes":{"type":"integer","minimum":0},
                "wal_bytes":{"type":"integer","minimum":0}}},
              "jobs":\#(ref("JobCounts")),
              "queues":{"type":"object","additionalProperties":\#(ref("JobCounts"))},
              "oldest_unfinished":{"type":"object","additionalProperties":false,
               "required":["job","kind","queue","state","enqueued_at"],
               "properties":{"job":\#(ref("JobID")),"kind":\#(ref("Name")),"queue":\#(ref("Name")),
                "state":{"enum":[\#(names(of: JobPhaseName.self))]},"enqueued_at":\#(ref("Time"))}},
              "streams_open":{"type":"integer","minimum":0},
              "streams":{"type":"array","description":"The oldest 1,000.","items":{"type":"object",
               "additionalProperties":false,"required":["principal","form","cursor","lag","opened_at","age_us"],
               "properties":{"principal":\#(ref("Name")),"job":\#(ref("JobID")),"form":{"type":"string"},
                "cursor":\#(ref("Position")),"lag":{"type":"integer","minimum":0},"opened_at":\#(ref("Time")),
                "age_us":{"type":"integer","minimum":0}}}}}}
            """#
        ),
        (
            "JobCounts",
            #"""
            {"type":"object","description":"By state; those without a job are left out.",
             "additionalProperties":false,"properties":{
              \#(JobPhaseName.allCases.map { #""\#($0.rawValue)":{"type":"integer","minimum":1}"# }.joined(separator: ","))}}
            """#
        ),
        (
            "Session",
            #"""
            {"type":"object","additionalProperties":false,"required":["subject","roles","via"],
             "properties":{"subject":\#(ref("Name")),"roles":{"type":"array","items":{"type":"string"}},
              "via":{"type":"string"},"expires_at":\#(ref("Time"))}}
            """#
        ),
        (
            "RetryChoice",
            #"""
            {"type":"object","additionalProperties":false,
             "description":"Lengths of time as text such as 30s, or in microseconds.",
             "properties":{"max_attempts":{"type":"integer","minimum":1,"maximum":1000000},
              "backoff":{"enum":[\#(names(of: RetryChoice.Shape.self))]},
              "wait":{"type":"string"},"waits":{"type":"array","items":{"type":"string"}},
              "wait_us":{"type":"integer","minimum":0},
              "waits_us":{"type":"array","items":{"type":"integer","minimum":0}},
              "factor":{"type":"number","minimum":1,"maximum":1000},"maximum":{"type":"string"},
              "maximum_us":{"type":"integer","minimum":0},
              "jitter":{"type":"number","minimum":0,"maximum":1}}}
            """#
        ),
        ("ReasonBody", body(#""reason":{"type":"string"}"#)),
        (
            "StopBody",
            body(
                #"""
                "reason":{"type":"string"},"within_seconds":{"type":"integer","minimum":0,"maximum":31536000},
                "within_us":{"type":"integer","minimum":0,"maximum":31536000000000}
                """#)
        ),
        (
            "ReprioritiseBody",
            body(
                #""reason":{"type":"string"},"priority":\#(ref("GivenPriority"))"#, required: ["priority"])
        ),
        (
            "RescheduleBody",
            body(#""reason":{"type":"string"},"not_before":\#(ref("Moment"))"#, required: ["not_before"])
        ),
        (
            "BudgetBody",
            body(
                #""limit":\#(ref("GivenAmount")),"resume":{"type":"boolean"},"reason":{"type":"string"}"#,
                required: ["limit"])
        ),
        ("SignalBody", body(#""name":\#(ref("Name")),"payload":true"#, required: ["name"])),
        (
            "ForkBody",
            body(
                #"""
                "step":\#(ref("Name")),"occurrence":{"type":"integer","minimum":1},"input":true,
                "reason":{"type":"string"},"dry_run":{"type":"boolean"}
                """#, required: ["step"])
        ),
        (
            "ForkPlan",
            body(
                #"""
                "job":\#(ref("JobID")),"step":\#(ref("Step")),
                "reused":{"type":"array","items":\#(ref("Step"))},"again":{"type":"array","items":\#(ref("Step"))}
                """#, required: ["job", "step", "reused", "again"])
        ),
    ].map { ($0.0, JSONText(unchecked: $0.1)) }

    private static let seconds = #"{"type":"number","minimum":0,"description":"Seconds."}"#

    /// An object with these properties and no others.
    static func body(_ properties: String, required: [String] = []) -> String {
        #"""
        {"type":"object","additionalProperties":false,"required":[\#(names(required))],
         "properties":{\#(properties)}}
        """#
    }
}
