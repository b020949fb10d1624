import HoldfastCore

// The forms of jobs, their events and their files.
extension OpenAPIDocument {
    static let jobSchemas: [(name: String, schema: JSONText)] =
        [
            ("JobStateName", #"{"enum":[\#(names(of: JobPhaseName.self))]}"#),
            (
                "Job",
                #"""
                {"allOf":[\#(ref("JobFacts")),\#(ref("JobPhase"))],"unevaluatedProperties":false}
                """#
            ),
            (
                "JobDocument",
                #"""
                {"allOf":[\#(ref("JobFacts")),\#(ref("JobPhase")),\#(ref("JobValues"))],
                 "unevaluatedProperties":false}
                """#
            ),
            (
                "JobFacts",
                #"""
                {"type":"object",
                 "required":["id","version","state","state_position","kind","handler_version","queue","priority","tags","enqueued_at",
                  "life","attempt","first_attempt_of_life","crashes","recorded_steps","retry"],
                 "properties":{
                  "id":\#(ref("JobID")),"version":{"type":"integer"},"state":\#(ref("JobStateName")),
                  "state_position":\#(ref("Position")),"kind":\#(ref("Name")),"handler_version":{"type":"integer"},"queue":\#(ref("Name")),
                  "priority":\#(ref("Priority")),"key":\#(ref("Name")),"owner":\#(ref("Name")),
                  "limit_key":\#(ref("Name")),"tags":{"type":"array","items":\#(ref("Name"))},
                  "enqueued_at":\#(ref("Time")),"started_at":\#(ref("Time")),
                  "life":{"type":"integer"},"attempt":{"type":"integer"},
                  "first_attempt_of_life":{"type":"integer"},"crashes":{"type":"integer"},
                  "recorded_steps":{"type":"integer"},"step_failures":{"type":"integer"},
                  "progress":\#(ref("Progress")),"last_failure":\#(ref("Failure")),"retry":\#(ref("RetryPolicy")),
                  "debounce":\#(ref("DebounceMark")),"parent":\#(ref("ParentLink")),"fork":\#(ref("ForkLink")),
                  "trace":\#(ref("Trace")),"waits":\#(ref("JobWaits")),"budget":\#(ref("BudgetState")),
                  "spent":{"type":"object","description":"By unit.","additionalProperties":\#(ref("Amount"))},
                  "encrypted":{"type":"boolean","description":"Whether its values are encrypted with a key of its own."},
                  "redacted":{"type":"boolean","description":"Whether the values of its events were redacted."}}}
                """#
            ),
            (
                "JobValues",
                #"""
                {"type":"object","oneOf":[{"required":["input"]},{"required":["input_ref"]},{"required":["redacted"]}],
                 "properties":{"input":true,"input_ref":\#(ref("ValueReference")),
                  "stream_token":\#(ref("StreamToken")),"replaced":\#(ref("JobID")),
                  "output":true,"output_ref":\#(ref("ValueReference"))}}
                """#
            ),
            ("JobPhase", phases),
            (
                "KeyDestruction",
                #"""
                {"type":"object","additionalProperties":false,"required":["job"],
                 "properties":{"job":\#(ref("JobID"))}}
                """#
            ),
            (
                "JobPage",
                #"""
                {"type":"object","additionalProperties":false,"required":["jobs","next"],
                 "properties":{"jobs":{"type":"array","items":\#(ref("Job"))},
                  "next":{"oneOf":[\#(ref("JobID")),{"type":"null"}]}}}
                """#
            ),
            (
                "Event",
                #"""
                {"type":"object","additionalProperties":false,
                 "required":["position","job","version","kind","at","attempt","actor","data"],
                 "properties":{"position":\#(ref("Position")),"job":{"oneOf":[\#(ref("JobID")),{"type":"null"}]},
                  "version":{"type":["integer","null"]},"kind":{"enum":[\#(names(of: EventKind.self))]},
                  "at":\#(ref("Time")),"attempt":{"type":["integer","null"]},"actor":\#(ref("Actor")),
                  "data":{"type":"object"}}}
                """#
            ),
            (
                "JobSheet",
                #"""
                {"type":"object","additionalProperties":false,
                 "required":["position","job","state","input","output","steps","logs"],
                 "properties":{"position":\#(ref("Position")),"job":\#(ref("JobID")),"state":\#(ref("Job")),
                  "input":true,"output":true,"steps":{"type":"array","items":\#(ref("StepFacts"))},
                  "steps_in_doubt":{"const":true},
                  "logs":{"type":"array","items":\#(ref("Event"))}}}
                """#
            ),
            (
                "StepFacts",
                #"""
                {"type":"object","additionalProperties":false,
                 "required":["name","occurrence","status","attempt","failures","started_at","changed_at"],
                 "properties":{"name":\#(ref("Name")),"occurrence":{"type":"integer"},
                  "status":{"enum":["started","completed","failed","unused"]},"attempt":{"type":"integer"},
                  "failures":{"type":"integer"},"started_at":\#(ref("Time")),"changed_at":\#(ref("Time")),
                  "position":\#(ref("Position")),"duration_us":{"type":"integer"},"retry_at":\#(ref("Time"))}}
                """#
            ),
            (
                "HistoryPage",
                #"""
                {"type":"object","additionalProperties":false,"required":["log","events","next","through"],
                 "properties":{"log":{"type":"string"},"events":{"type":"array","items":\#(ref("Event"))},
                  "next":{"oneOf":[\#(ref("Position")),{"type":"null"}]},"through":\#(ref("Position"))}}
                """#
            ),
            (
                "Artifact",
                #"""
                {"type":"object","additionalProperties":false,
                 "required":["name","media_type","bytes","sha256","saved_at","position"],
                 "properties":{"name":\#(ref("Name")),"media_type":{"type":"string"},
                  "bytes":{"type":"integer","minimum":0},"sha256":\#(ref("SHA256")),"saved_at":\#(ref("Time")),
                  "position":\#(ref("Position"))}}
                """#
            ),
            (
                "ArtifactPage",
                #"""
                {"type":"object","additionalProperties":false,"required":["artifacts","next"],
                 "properties":{"artifacts":{"type":"array","items":\#(ref("Artifact"))},
                  "next":{"oneOf":[\#(ref("Name")),{"type":"null"}]}}}
                """#
            ),
        ].map { ($0.0, JSONText(unchecked: $0.1)) } + jobPartSchemas

    /// What each state has beside its name: exactly one of these fits.
    private static let phases: String = {
        let since = #""since":\#(ref("Time"))"#
        let actor = #""actor":\#(ref("Actor")),"reason":{"type":"string"}"#
        let forms: [JobPhaseName: (required: [String], properties: String)] = [
            .scheduled: (["until"], #""until":\#(ref("Time"))"#),
            .queued: (["since"], since),
            .running: (
                ["token", "worker", "engine", "since"],
                #"""
                "token":\#(ref("Position")),"worker":\#(ref("Name")),"engine":\#(ref("Name")),\#(since),
                "cancel_request":\#(ref("StopRequest")),"pause_request":\#(ref("StopRequest"))
                """#
            ),
            .waiting: (
                ["since", "on"],
                #"\#(since),"on":{"type":"array","items":\#(ref("WaitReason"))},"more":{"enum":[true]}"#
            ),
            .paused: (["since", "actor"], #"\#(since),\#(actor),"until":\#(ref("Time"))"#),
            .completed: (["finished_at"], #""finished_at":\#(ref("Time"))"#),
            .failed: (
                ["finished_at", "cause", "error"],
                #"""
                "finished_at":\#(ref("Time")),"cause":{"enum":[\#(names(of: FailureCause.self))]},
                "error":\#(ref("Error")),"step":\#(ref("Step"))
                """#
            ),
            .cancelled: (["finished_at", "actor"], #""finished_at":\#(ref("Time")),\#(actor)"#),
        ]
        let all = JobPhaseName.allCases.compactMap { name in
            forms[name].map { form in
                #"""
                {"type":"object","required":["state",\#(names(form.required))],
                 "properties":{"state":{"enum":["\#(name.rawValue)"]},\#(form.properties)}}
                """#
            }
        }
        return #"{"oneOf":[\#(all.joined(separator: ","))]}"#
    }()
}
