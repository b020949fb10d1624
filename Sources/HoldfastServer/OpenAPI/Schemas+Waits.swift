import HoldfastCore

// The forms of checkpoints and decisions.
extension OpenAPIDocument {
    static let waitSchemas: [(name: String, schema: JSONText)] = [
        (
            "WaitFacts",
            #"""
            {"type":"object",
             "required":["type","name","occurrence","status","opened","opened_at","changed_at"],
             "properties":{"type":{"enum":[\#(names(of: WaitKind.self))]},"name":\#(ref("Name")),
              "occurrence":{"type":"integer","minimum":1},"status":{"enum":[\#(names(of: WaitStatus.self))]},
              "opened":\#(ref("Position")),"opened_at":\#(ref("Time")),"changed_at":\#(ref("Time")),
              "deadline":\#(ref("Time")),"on_deadline":{"enum":[\#(names(of: DeadlineAction.self))]},
              "child":\#(ref("JobID")),"position":\#(ref("Position"))}}
            """#
        ),
        ("Checkpoint", #"{"allOf":[\#(ref("WaitFacts"))],"unevaluatedProperties":false}"#),
        (
            "OpenCheckpoint",
            #"""
            {"allOf":[\#(ref("WaitFacts")),
              {"type":"object","required":["job","job_kind","queue","summary"],
               "properties":{"job":\#(ref("JobID")),"job_kind":\#(ref("Name")),"queue":\#(ref("Name")),
                "owner":\#(ref("Name")),"summary":true}}],
             "unevaluatedProperties":false}
            """#
        ),
        (
            "InboxPage",
            body(
                #"""
                "checkpoints":{"type":"array","items":\#(ref("OpenCheckpoint"))},
                "next":{"oneOf":[\#(ref("Position")),{"type":"null"}]},
                "complete":{"const":false,
                 "description":"There when more than 10,000 jobs had not ended then: the newest were looked at."}
                """#, required: ["checkpoints", "next"])
        ),
        (
            "CheckpointList",
            body(
                #""checkpoints":{"type":"array","items":\#(ref("Checkpoint"))}"#, required: ["checkpoints"])
        ),
        (
            "DecisionBody",
            body(
                #"""
                "decision":{"enum":[\#(names(of: CheckpointChoice.self))]},"reason":{"type":"string"},"data":true
                """#, required: ["decision"])
        ),
        (
            "Decision",
            body(
                #"""
                "name":\#(ref("Name")),"occurrence":{"type":"integer","minimum":1},
                "decision":{"enum":[\#(names(of: CheckpointChoice.self))]},"actor":\#(ref("Actor")),
                "reason":{"type":"string"},"at":\#(ref("Time")),"data":true
                """#, required: ["name", "occurrence", "decision", "actor", "at"])
        ),
    ].map { ($0.0, JSONText(unchecked: $0.1)) }
}
