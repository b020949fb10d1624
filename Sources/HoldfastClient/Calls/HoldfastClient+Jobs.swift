public import HoldfastAPI
public import HoldfastCore

extension HoldfastClient {
    /// Adds a job.
    ///
    /// - Parameters:
    ///   - body: What kind of job, its input and what is said beside it.
    ///   - request: Names the request, so that it can be made again: it then gives the same job. Nil when each counts.
    /// - Returns: The job, or the one that keeps its key.
    /// - Throws: `ClientError`; 422 for a kind that no worker announced, 409 where the key is kept and was to be.
    public func enqueue(_ body: EnqueueBody, request: RequestKey? = nil) async throws -> EnqueueAnswer {
        let answer = try await whole(.post("/v1/jobs", body.json, key: request))
        return try ClientError.reading { try EnqueueAnswer(answer.json, isNew: answer.status == 201) }
    }

    /// Lists jobs, the newest first.
    ///
    /// - Parameters:
    ///   - filter: Which jobs; all that the caller may see where nothing is said.
    ///   - part: Only those whose id begins or ends with these digits.
    ///   - text: Only those with this text in their id, kind, key or tags; a page then may have fewer jobs than `limit`
    ///     though there are more, because the server looks at 20,000 at most.
    ///   - since: Only those enqueued at this moment or later.
    ///   - until: Only those enqueued before this moment.
    ///   - before: The `next` of the page before.
    ///   - limit: The greatest number of jobs, from 1 to 200.
    ///   - moment: As they were then; nil for now.
    /// - Returns: The page.
    /// - Throws: `ClientError`.
    public func jobs(
        _ filter: JobFilter = JobFilter(), id part: JobIDPart? = nil, containing text: JobText? = nil,
        since: Timestamp? = nil, until: Timestamp? = nil, before: JobID? = nil, limit: Int = 50,
        at moment: LogMoment? = nil
    ) async throws -> JobPage {
        let phases = filter.phases.map { $0.map(\.rawValue).sorted().joined(separator: ",") }
        let json = try await call(
            .get(
                "/v1/jobs", QueryItem("state", optional: phases),
                QueryItem("kind", optional: filter.kind?.rawValue),
                QueryItem("queue", optional: filter.queue?.rawValue),
                QueryItem("tag", optional: filter.tag?.rawValue),
                QueryItem("owner", optional: filter.owner?.rawValue),
                QueryItem("id", optional: part?.text), QueryItem("text", optional: text?.text),
                QueryItem("since", optional: since?.rfc3339), QueryItem("until", optional: until?.rfc3339),
                QueryItem("before", optional: before?.description), QueryItem("limit", String(limit)),
                QueryItem("at", optional: moment?.description)))
        return try ClientError.reading { try JobPage(parsing: json) }
    }

    /// A job as it is, with its input and, when it completed, its output; large ones stand there as references.
    ///
    /// - Throws: `ClientError`; 404 when there is none.
    public func job(_ job: JobID) async throws -> JSONText { try await call(.get(Self.path(job))) }

    /// Everything that is known about a job at one position: its state, steps, newest log lines, input and output.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - logs: How many of the newest logged lines, from 0 to 1000.
    ///   - moment: As it was then; nil for now.
    /// - Returns: The object, with large values in full.
    /// - Throws: `ClientError`.
    public func sheet(of job: JobID, logs: Int = 50, at moment: LogMoment? = nil) async throws -> JSONText {
        try await call(
            .get(
                Self.path(job, "sheet"), QueryItem("logs", String(logs)),
                QueryItem("at", optional: moment?.description)))
    }

    /// A large value that an event of a job refers to by its SHA-256.
    ///
    /// - Throws: `ClientError`.
    public func payload(_ sha256: String, of job: JobID) async throws -> JSONText {
        try await call(.get(Self.path(job, "payloads", URLText.encoded(sha256))))
    }

    /// Lets a job spend more, and go on when it is asked to; gives the job as it is then.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `ClientError`.
    public func raiseBudget(of job: JobID, _ body: BudgetBody) async throws -> JSONText {
        try await call(.post(Self.path(job, "budget"), body.json))
    }

    /// Destroys the key of a job that has ended, so that nobody can read its encrypted values; gives an object with its
    /// id.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `ClientError`.
    public func destroyKey(of job: JobID, reason: String? = nil) async throws -> JSONText {
        try await call(.post(Self.path(job, "destroy-key"), SteerBody(reason: reason).json))
    }

    /// How much there is of what, and who watches; or how much there was at a moment.
    ///
    /// - Throws: `ClientError`.
    public func stats(at moment: LogMoment? = nil) async throws -> JSONText {
        try await call(.get("/v1/stats", QueryItem("at", optional: moment?.description)))
    }
}

/// What became of a request to enqueue.
public struct EnqueueAnswer: Hashable, Sendable {
    /// The job as it is.
    public let job: JSONText
    /// Which job it is.
    public let id: JobID
    /// False when the job that keeps the key was given back, or the one that the same request got before.
    public let isNew: Bool
    /// The job that was cancelled to make room; nil when none was.
    public let replaced: JobID?

    init(_ job: JSONText, isNew: Bool) throws {
        let fields = try JSONFields(job)
        guard let id = try fields.string("id").flatMap(JobID.init) else {
            throw JSONFieldError(field: "id", expected: "the id of a job")
        }
        self.job = job
        self.id = id
        self.isNew = isNew
        replaced = try fields.string("replaced").flatMap(JobID.init)
    }
}
