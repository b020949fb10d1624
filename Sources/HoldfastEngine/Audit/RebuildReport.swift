package import HoldfastCore
package import HoldfastStore

/// What a rebuild did, or would do.
public struct RebuildReport: Hashable, Sendable {
    /// Whether nothing was done, because it was only asked what would be.
    public let isDryRun: Bool
    /// How many events were folded.
    public let events: Int64
    /// How many rows were not as the log says.
    public let rows: Int
    /// The first of them, in words for people; at most 100.
    public let sentences: [String]

    /// Tells of a rebuild that was done.
    package init(done repair: ProjectionRepair) {
        (isDryRun, events, rows, sentences) = (false, repair.events, repair.rows, repair.sentences)
    }

    /// Tells of one that was not, by what an audit found.
    package init(wouldBe report: AuditReport) {
        let found = report.findings.filter { $0.part == .projection }
        (isDryRun, events, rows, sentences) = (true, report.events, found.count, found.map(\.sentence))
    }

    /// Reads the object that `json` gives.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        isDryRun = try fields.required("dry_run", fields.bool("dry_run"))
        events = try fields.required("events", fields.integer("events"))
        rows = Int(try fields.required("rows", fields.integer("rows")))
        sentences = try fields.required("differences", fields.strings("differences"))
    }

    /// The JSON of the report.
    package var json: JSONText {
        JSONWriter.object { writer in
            writer.field("dry_run", isDryRun)
            writer.field("events", events)
            writer.field("rows", rows)
            writer.field("differences", sentences)
        }
    }
}
