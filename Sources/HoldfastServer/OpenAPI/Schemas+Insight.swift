import HoldfastCore
import HoldfastEngine

// The forms of what is said about jobs.
extension OpenAPIDocument {
    static let insightSchemas: [(name: String, schema: JSONText)] =
        [
            (
                "Standing",
                body(
                    #"""
                    "job":\#(ref("JobID")),"kind":\#(ref("Name")),"queue":\#(ref("Name")),
                    "state":\#(ref("JobStateName")),"position":\#(ref("Position")),"at":\#(ref("Time")),
                    "reasons":{"type":"array","items":\#(ref("StandingReason"))},"more":{"enum":[true]}
                    """#, required: ["job", "kind", "queue", "state", "position", "at", "reasons"])
            ),
            (
                "StandingReason",
                body(
                    #"""
                    "code":{"enum":[\#(names(of: StandingReason.Code.self))]},
                    "since":\#(ref("Time")),"until":\#(ref("Time")),"seen_at":\#(ref("Time")),
                    "actor":\#(ref("Actor")),"reason":{"type":"string"},"error":\#(ref("Error")),
                    "cause":{"enum":[\#(names(of: FailureCause.self))]},
                    "attempt":{"type":"integer"},"attempts":{"type":"integer"},"step":\#(ref("Step")),
                    "wait":\#(ref("Wait")),"group":\#(ref("Name")),
                    "on_deadline":{"enum":[\#(names(of: DeadlineAction.self))]},
                    "worker":\#(ref("Name")),"engine":\#(ref("Name")),"progress":\#(ref("Progress")),
                    "jobs":{"type":"array","items":\#(ref("StandingJob"))},
                    "count":{"type":"integer"},"at_least":{"enum":[true]},"limit":{"type":"integer"},
                    "key":\#(ref("Name")),
                    "rate":\#(body(#""jobs":{"type":"integer"},"window_us":{"type":"integer"}"#, required: ["jobs", "window_us"])),
                    "budget":\#(ref("Budget")),"spent":\#(ref("Amount")),
                    "kinds":{"type":"array","items":\#(ref("Name"))},"queues":{"type":"array","items":\#(ref("Name"))}
                    """#, required: ["code"])
            ),
            (
                "StandingJob",
                body(#""id":\#(ref("JobID")),"state":\#(ref("JobStateName"))"#, required: ["id", "state"])
            ),
            ("DecisionKind", #"{"enum":[\#(names(DecisionRecord.kinds.map(\.rawValue).sorted()))]}"#),
            (
                "DecisionPage",
                body(
                    #"""
                    "decisions":{"type":"array","items":\#(ref("DecisionRecord"))},
                    "next":{"oneOf":[\#(ref("Position")),{"type":"null"}]}
                    """#, required: ["decisions", "next"])
            ),
            (
                "DecisionRecord",
                body(
                    #"""
                    "position":\#(ref("Position")),"at":\#(ref("Time")),"actor":\#(ref("Actor")),
                    "kind":\#(ref("DecisionKind")),"job":\#(ref("JobID")),"subject":{"type":"string"},
                    "detail":{"type":"string"},"reason":{"type":"string"}
                    """#, required: ["position", "at", "actor", "kind"])
            ),
            (
                "Wait",
                body(
                    #"""
                    "type":{"enum":[\#(names(of: WaitKind.self))]},"name":\#(ref("Name")),
                    "occurrence":{"type":"integer","minimum":1}
                    """#, required: ["type", "name", "occurrence"])
            ),
        ].map { ($0.0, JSONText(unchecked: $0.1)) } + comparisonSchemas
}
