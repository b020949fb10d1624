public import HoldfastCore
import HoldfastStore

/// Which jobs are redacted: those that are named, and those of an owner.
public struct RedactionSelection: Hashable, Sendable {
    /// The jobs that are named.
    public var jobs: [JobID]
    /// All jobs of this owner; nil for none.
    public var owner: Owner?

    /// Says which.
    public init(_ jobs: [JobID] = [], owner: Owner? = nil) {
        self.jobs = jobs
        self.owner = owner
    }
}

/// What redacting jobs did, or would do.
public struct RedactionReport: Hashable, Sendable {
    /// A job whose values are gone.
    public struct Job: Hashable, Sendable {
        /// The job.
        public let id: JobID
        /// How many events it has.
        public let events: Int64
        /// The segment of the archive that it was in, and is not any more; nil for a job of the log.
        public let segment: String?
    }

    /// A job that stays as it is.
    public struct Refusal: Hashable, Sendable {
        /// The job.
        public let job: JobID
        /// Why, as one sentence.
        public let reason: String
    }

    /// Whether nothing was done, because it was only asked what would be.
    public let isDryRun: Bool
    /// The jobs whose values are gone: those of the log first, each as often as it was found.
    public internal(set) var jobs: [Job] = []
    /// The jobs that stay as they are.
    public internal(set) var refused: [Refusal] = []
    /// Why segments of the archive could not be searched, one sentence for each.
    public internal(set) var unread: [String] = []
    /// Whether the file was written anew, so that it holds no trace.
    public internal(set) var isScrubbed = false

    init(isDryRun: Bool) { self.isDryRun = isDryRun }

    /// Whether all that was meant is done.
    public var isComplete: Bool { refused.isEmpty && unread.isEmpty }

    /// Reads the object that `json` gives.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        isDryRun = try fields.required("dry_run", fields.bool("dry_run"))
        isScrubbed = try fields.required("scrubbed", fields.bool("scrubbed"))
        unread = try fields.strings("unread") ?? []
        for json in try JSONValues.elements(fields.required("jobs", fields.raw("jobs"))) ?? [] {
            let job = try JSONFields(json)
            jobs.append(
                Job(
                    id: try job.job("job"), events: try job.required("events", job.integer("events")),
                    segment: try job.string("segment")))
        }
        for json in try JSONValues.elements(fields.required("refused", fields.raw("refused"))) ?? [] {
            let job = try JSONFields(json)
            refused.append(
                Refusal(
                    job: try job.job("job"), reason: try job.required("reason", job.string("reason"))))
        }
    }

    /// The JSON of the report.
    package var json: JSONText {
        JSONWriter.object { writer in
            writer.field("dry_run", isDryRun)
            writer.key("jobs")
            writer.array { list in
                for job in jobs {
                    list.object { writer in
                        writer.field("job", job.id.description)
                        writer.field("events", job.events)
                        writer.field("segment", optional: job.segment)
                    }
                }
            }
            writer.key("refused")
            writer.array { list in
                for refusal in refused {
                    list.object { writer in
                        writer.field("job", refusal.job.description)
                        writer.field("reason", refusal.reason)
                    }
                }
            }
            writer.field("unread", unread)
            writer.field("scrubbed", isScrubbed)
        }
    }
}
