import HoldfastAPI
import HoldfastCore
import HoldfastStore

// Proving, mending and pruning the log.
extension OpenAPIDocument {
    static let auditPaths: [APIPath] = [
        APIPath(
            "/v1/prune",
            APIOperation(
                .post, "prune",
                "Deletes jobs that ended and fit a rule; when the caller leaves, no further ones.",
                body: .required("PruneBody"), answers: [lines(of: "PruneReport")], problems: [.tooLarge])),
        APIPath(
            "/v1/redact",
            APIOperation(
                .post, "redact",
                "Takes what people and programs gave or said out of jobs that have ended, in the log and in its archive.",
                body: .required("RedactBody"), answers: [lines(of: "RedactionReport")],
                problems: [.tooLarge])),
        APIPath(
            "/v1/verify",
            APIOperation(
                .post, "verify",
                "Proves that the log was not edited and that everything else follows from it.",
                body: .optional("VerifyBody"), answers: [lines(of: "AuditReport")], problems: [.tooLarge])),
        APIPath(
            "/v1/rebuild",
            APIOperation(
                .post, "rebuild", "Folds the log anew and puts right every row that does not follow from it.",
                body: .optional("RebuildBody"), answers: [lines(of: "RebuildReport")], problems: [.tooLarge])),
    ]

    private static func lines(of report: String) -> APIAnswer {
        APIAnswer(
            status: 200,
            about: "How far it is, each second or more rarely, and on the last line the report or a problem.",
            content: [
                HistoryFormat.ndjson.mediaType:
                    #"{"oneOf":[\#(ref("ProgressLine")),\#(body(#""report":\#(ref(report))"#, required: ["report"])),\#(body(#""problem":\#(ref("Problem"))"#, required: ["problem"]))]}"#
            ])
    }

    private static let count = #"{"type":"integer","minimum":0}"#

    static let auditSchemas: [(name: String, schema: JSONText)] = [
        (
            "ProgressLine",
            body(
                #""progress":\#(body(#""events":\#(count),"total":\#(count)"#, required: ["events"]))"#,
                required: ["progress"])
        ),
        (
            "RetentionRule",
            body(
                #"""
                "kind":\#(ref("Name")),
                "states":{"type":"array","items":{"enum":[\#(names(RetentionRule.endings.map(\.rawValue).sorted()))]}},
                "older_than_seconds":{"type":"number","minimum":0},"keep":\#(count),"keep_bytes":\#(count)
                """#, required: [])
        ),
        (
            "PruneBody",
            body(
                #"""
                "rules":{"type":"array","items":\#(ref("RetentionRule"))},
                "reason":{"type":"string"},"dry_run":{"type":"boolean"}
                """#, required: ["rules"])
        ),
        (
            "RedactBody",
            body(
                #"""
                "jobs":{"type":"array","items":\#(ref("JobID"))},"owner":\#(ref("Name")),
                "reason":{"type":"string"},"dry_run":{"type":"boolean"},"keep_traces":{"type":"boolean"}
                """#, required: [])
        ),
        (
            "RedactionReport",
            body(
                #"""
                "dry_run":{"type":"boolean"},
                "jobs":{"type":"array","items":\#(body(#""job":\#(ref("JobID")),"events":\#(count),"segment":{"type":"string"}"#, required: ["job", "events"]))},
                "refused":{"type":"array","items":\#(body(#""job":\#(ref("JobID")),"reason":{"type":"string"}"#, required: ["job", "reason"]))},
                "unread":{"type":"array","items":{"type":"string"}},
                "scrubbed":{"type":"boolean","description":"Whether the file was written anew, so that it holds no trace."}
                """#, required: ["dry_run", "jobs", "refused", "unread", "scrubbed"])
        ),
        ("VerifyBody", body(#""head":{"type":"string"},"thorough":{"type":"boolean"}"#, required: [])),
        ("RebuildBody", body(#""dry_run":{"type":"boolean"}"#, required: [])),
        (
            "PruneReport",
            body(
                #""dry_run":{"type":"boolean"},"jobs":\#(count),"events":\#(count),"spared":\#(count)"#,
                required: ["dry_run", "jobs", "events", "spared"])
        ),
        (
            "AuditReport",
            body(
                #"""
                "sound":{"type":"boolean"},"events":\#(count),"pruned_ranges":\#(count),"rows":\#(count),
                "contents":\#(count),"segments":\#(count),"findings_total":\#(count),
                "head":\#(body(#""position":\#(ref("Position")),"hash":\#(ref("SHA256"))"#, required: ["position", "hash"])),
                "findings":{"type":"array","items":\#(ref("AuditFinding"))}
                """#,
                required: [
                    "sound", "events", "pruned_ranges", "rows", "contents", "segments", "head",
                    "findings_total", "findings",
                ])
        ),
        (
            "AuditFinding",
            body(
                #"""
                "part":{"enum":[\#(names(of: AuditFinding.Part.self))]},"position":\#(ref("Position")),
                "sentence":{"type":"string"}
                """#, required: ["part", "sentence"])
        ),
        (
            "RebuildReport",
            body(
                #"""
                "dry_run":{"type":"boolean"},"events":\#(count),"rows":\#(count),
                "differences":{"type":"array","items":{"type":"string"}}
                """#, required: ["dry_run", "events", "rows", "differences"])
        ),
    ].map { ($0.0, JSONText(unchecked: $0.1)) }
}
