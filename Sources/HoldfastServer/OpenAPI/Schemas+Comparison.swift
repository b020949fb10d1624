import HoldfastCore
import HoldfastEngine

// The forms of what is said about two runs.
extension OpenAPIDocument {
    static let comparisonSchemas: [(name: String, schema: JSONText)] = [
        (
            "Comparison",
            body(
                #"""
                "same":{"type":"boolean"},"differences":\#(differences),"a":\#(ref("ComparedRun")),
                "b":\#(ref("ComparedRun")),
                "fork":\#(body(#""run":{"enum":["a","b"]},"step":\#(ref("Step"))"#, required: ["run", "step"])),
                "first_divergence":\#(ref("ComparedStep")),
                "step_count":\#(body(counts.map { #""\#($0)":{"type":"integer"}"# }.joined(separator: ","), required: counts)),
                "steps":{"type":"array","items":\#(ref("ComparedStep"))},
                "waits":{"type":"array","items":\#(ref("ComparedWait"))},"more_waits":{"enum":[true]}
                """#, required: ["same", "differences", "a", "b", "step_count", "steps", "waits"])
        ),
        (
            "ComparedRun",
            body(
                #"""
                "job":\#(ref("JobID")),"kind":\#(ref("Name")),"handler_version":{"type":"integer"},
                "queue":\#(ref("Name")),"state":\#(ref("JobStateName")),"started_at":\#(ref("Time")),
                "finished_at":\#(ref("Time")),"duration_us":{"type":"integer"},"attempt":{"type":"integer"},
                "error":\#(ref("Error")),"step":\#(ref("Step")),"input":\#(ref("ComparedValue")),
                "output":\#(ref("ComparedValue")),
                "spent":{"type":"object","description":"By unit.","additionalProperties":\#(ref("Amount"))}
                """#, required: ["job", "kind", "handler_version", "queue", "state", "attempt", "spent"])
        ),
        (
            "ComparedValue",
            body(
                #"""
                "sha256":\#(ref("SHA256")),"bytes":{"type":"integer","minimum":0},
                "beginning":{"type":"string","description":"How its text begins; absent for a large value."}
                """#, required: ["sha256", "bytes"])
        ),
        (
            "ComparedStep",
            body(
                #"""
                "name":\#(ref("Name")),"occurrence":{"type":"integer"},"differences":\#(differences),
                "a":\#(ref("ComparedStepSide")),"b":\#(ref("ComparedStepSide"))
                """#, required: ["name", "occurrence", "differences"])
        ),
        (
            "ComparedStepSide",
            body(
                #"""
                "status":{"enum":["started","completed","failed","unused"]},
                "start_us":{"type":"integer","description":"From the first start of the job."},
                "duration_us":{"type":"integer"},"failures":{"type":"integer"},
                "output":\#(ref("ComparedValue")),"error":\#(ref("Error")),"reused":{"enum":[true]}
                """#, required: ["status", "start_us", "failures"])
        ),
        (
            "ComparedWait",
            body(
                #"""
                "type":{"enum":[\#(names(of: WaitKind.self))]},"name":\#(ref("Name")),
                "occurrence":{"type":"integer"},"differences":\#(differences),
                "a":\#(ref("ComparedWaitSide")),"b":\#(ref("ComparedWaitSide"))
                """#, required: ["type", "name", "occurrence", "differences"])
        ),
        (
            "ComparedWaitSide",
            body(
                #"""
                "status":{"type":"string"},"duration_us":{"type":"integer"},"actor":\#(ref("Actor")),
                "reason":{"type":"string"},"value":\#(ref("ComparedValue"))
                """#, required: ["status"])
        ),
    ].map { ($0.0, JSONText(unchecked: $0.1)) }

    private static let counts = ["same", "reused", "different", "only_a", "only_b"]

    private static let differences =
        #"{"type":"array","items":{"enum":[\#(names(of: RunDifference.self))]}}"#
}
