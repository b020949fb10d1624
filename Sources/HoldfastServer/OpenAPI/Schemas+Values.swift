import HoldfastAPI
import HoldfastCore

// The forms of small values, and of problems.
extension OpenAPIDocument {
    static let valueSchemas: [(name: String, schema: JSONText)] = [
        ("AnyValue", "true"),
        ("Name", #"{"type":"string","minLength":1,"maxLength":200}"#),
        (
            "Time",
            #"""
            {"type":"string","format":"date-time",
             "pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$"}
            """#
        ),
        ("Moment", #"{"type":"string","format":"date-time","description":"RFC 3339, of any zone."}"#),
        ("Position", #"{"type":"string","pattern":"^[0-9]+$"}"#),
        (
            "JobID",
            #"{"type":"string","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}"#
        ),
        ("SHA256", #"{"type":"string","pattern":"^[0-9a-f]{64}$"}"#),
        (
            "Amount",
            #"{"type":"string","pattern":"^[0-9]+([.][0-9]{1,6})?$","description":"A decimal number."}"#
        ),
        ("GivenAmount", #"{"oneOf":[\#(ref("Amount")),{"type":"number","minimum":0}]}"#),
        ("Priority", #"{"type":"integer","minimum":-100,"maximum":100}"#),
        ("GivenPriority", #"{"oneOf":[{"enum":["high","normal","low"]},\#(ref("Priority"))]}"#),
        (
            "Actor",
            #"""
            {"type":"object","additionalProperties":false,"required":["type","id"],
             "properties":{"type":{"enum":[\#(names(of: EventActor.Role.self))]},"id":{"type":"string"}}}
            """#
        ),
        (
            "Step",
            #"""
            {"type":"object","additionalProperties":false,"required":["name","occurrence"],
             "properties":{"name":\#(ref("Name")),"occurrence":{"type":"integer","minimum":1}}}
            """#
        ),
        (
            "Error",
            #"""
            {"type":"object","additionalProperties":false,"required":["type","message"],
             "properties":{"type":{"type":"string"},"message":{"type":"string"}}}
            """#
        ),
        (
            "ValueReference",
            #"""
            {"type":"object","additionalProperties":false,"required":["sha256","bytes"],
             "description":"A large value, which GET /v1/jobs/{id}/payloads/{sha256} gives.",
             "properties":{"sha256":\#(ref("SHA256")),"bytes":{"type":"integer","minimum":0}}}
            """#
        ),
        (
            "Health",
            #"""
            {"type":"object","additionalProperties":false,"required":["status"],
             "properties":{"status":{"enum":["alive","ready"]}}}
            """#
        ),
    ].map { ($0.0, JSONText(unchecked: $0.1)) }

    static let problemSchemas: [(name: String, schema: JSONText)] = [
        (
            "Problem",
            #"""
            {"type":"object","additionalProperties":false,"required":["type","title","status","detail"],
             "description":"RFC 9457. Compare type; the words of detail may change.",
             "properties":{
              "type":{"enum":[\#(names(ProblemKind.allCases.map { Problem($0, detail: "").type }))]},
              "title":{"type":"string"},"status":{"type":"integer","minimum":400,"maximum":599},
              "detail":{"type":"string"},"offset":{"type":"integer"},"field":{"type":"string"},
              "parameter":{"type":"string"},"header":{"type":"string"},"state":\#(ref("JobStateName")),
              "checkpoint":{"type":"string"},"step":{"type":"string"},"first":\#(ref("Decision")),
              "job":\#(ref("JobID")),"limit":{"oneOf":[{"type":"integer"},\#(ref("Amount"))]},
              "log":{"type":"string"},"earliest":\#(ref("Position")),"tail":\#(ref("Position")),"bytes":{"type":"integer"},"kind":{"type":"string"},
              "known":{"type":"array","items":\#(ref("Name"))},
              "request":{"type":"string"},"code":{"type":"string"},"reason":{"type":"string"}}}
            """#
        )
    ].map { ($0.0, JSONText(unchecked: $0.1)) }
}
