import HoldfastCore

// The forms of what a job consists of.
extension OpenAPIDocument {
    static let jobPartSchemas: [(name: String, schema: JSONText)] = [
        (
            "Progress",
            #"""
            {"type":"object","additionalProperties":false,
             "properties":{"fraction":{"type":"number"},"done":{"type":"integer"},"total":{"type":"integer"},
              "phase":{"type":"string"},"message":{"type":"string"},
              "counters":{"type":"object","additionalProperties":{"type":"integer"}}}}
            """#
        ),
        (
            "Failure",
            #"""
            {"type":"object","additionalProperties":false,"required":["error"],
             "properties":{"error":\#(ref("Error")),"step":\#(ref("Step"))}}
            """#
        ),
        (
            "RetryPolicy",
            #"""
            {"type":"object","additionalProperties":false,"required":["max_attempts","backoff","jitter"],
             "properties":{"max_attempts":{"type":"integer","minimum":1},
              "backoff":{"enum":["none","constant","exponential","table"]},"wait_us":{"type":"integer"},
              "factor":{"type":"number"},"maximum_us":{"type":"integer"},
              "waits_us":{"type":"array","items":{"type":"integer"}},"jitter":{"type":"number"}}}
            """#
        ),
        (
            "DebounceMark",
            #"""
            {"type":"object","additionalProperties":false,"required":["input_sha256"],
             "properties":{"latest":\#(ref("Time")),"input_sha256":\#(ref("SHA256"))}}
            """#
        ),
        (
            "ParentLink",
            #"""
            {"type":"object","additionalProperties":false,"required":["job","name","occurrence"],
             "properties":{"job":\#(ref("JobID")),"name":\#(ref("Name")),"occurrence":{"type":"integer"}}}
            """#
        ),
        (
            "ForkLink",
            #"""
            {"type":"object","additionalProperties":false,"required":["job","step"],
             "properties":{"job":\#(ref("JobID")),"step":\#(ref("Step"))}}
            """#
        ),
        ("Trace", #"{"type":"object","additionalProperties":{"type":"string"}}"#),
        (
            "JobWaits",
            #"""
            {"type":"object","additionalProperties":false,"required":["recorded"],
             "properties":{"recorded":{"type":"integer"},
              "children":{"type":"object","description":"By the name of the group.",
               "additionalProperties":{"type":"object","additionalProperties":false,"required":["open","failed"],
                "properties":{"open":{"type":"integer"},"failed":{"type":"integer"}}}}}}
            """#
        ),
        (
            "Budget",
            #"""
            {"type":"object","additionalProperties":false,"required":["limit","unit","policy"],
             "properties":{"limit":\#(ref("Amount")),"unit":\#(ref("Name")),
              "policy":{"enum":[\#(names(of: JobBudget.Policy.self))]}}}
            """#
        ),
        (
            "BudgetState",
            #"""
            {"type":"object","additionalProperties":false,"required":["limit","unit","policy","spent"],
             "properties":{"limit":\#(ref("Amount")),"unit":\#(ref("Name")),
              "policy":{"enum":[\#(names(of: JobBudget.Policy.self))]},"spent":\#(ref("Amount")),
              "is_warned":{"enum":[true]}}}
            """#
        ),
        (
            "StopRequest",
            #"""
            {"type":"object","additionalProperties":false,"required":["actor","at"],
             "properties":{"actor":\#(ref("Actor")),"reason":{"type":"string"},"at":\#(ref("Time")),
              "deadline":\#(ref("Time"))}}
            """#
        ),
        (
            "WaitReason",
            #"""
            {"oneOf":[
             {"type":"object","additionalProperties":false,"required":["type","name","occurrence"],
              "properties":{"type":{"enum":[\#(names(of: WaitKind.self))]},"name":\#(ref("Name")),
               "occurrence":{"type":"integer"},"until":\#(ref("Time"))}},
             {"type":"object","additionalProperties":false,"required":["type","name","end"],
              "properties":{"type":{"enum":["children"]},"name":\#(ref("Name")),
               "end":{"enum":[\#(names(of: GroupEnd.self))]}}}]}
            """#
        ),
    ].map { ($0.0, JSONText(unchecked: $0.1)) }
}
