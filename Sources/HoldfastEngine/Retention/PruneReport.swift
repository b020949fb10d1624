package import HoldfastCore

/// What pruning did, or would do.
public struct PruneReport: Hashable, Sendable {
    /// How many jobs are gone.
    public internal(set) var jobs = 0
    /// How many events were deleted.
    public internal(set) var events: Int64 = 0
    /// How many jobs fit and had to stay, because the job that began them goes on.
    public internal(set) var spared = 0
    /// Whether nothing was done, because it was only asked what would be.
    public internal(set) var isDryRun = false

    /// Begins with nothing done.
    init() {}

    /// Reads the object that `json` gives.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        isDryRun = try fields.required("dry_run", fields.bool("dry_run"))
        jobs = Int(try fields.required("jobs", fields.integer("jobs")))
        events = try fields.required("events", fields.integer("events"))
        spared = Int(try fields.required("spared", fields.integer("spared")))
    }

    /// The JSON of the report.
    package var json: JSONText {
        JSONWriter.object { writer in
            writer.field("dry_run", isDryRun)
            writer.field("jobs", jobs)
            writer.field("events", events)
            writer.field("spared", spared)
        }
    }
}
