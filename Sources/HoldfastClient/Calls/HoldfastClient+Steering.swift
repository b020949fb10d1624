public import HoldfastAPI
public import HoldfastCore

extension HoldfastClient {
    /// Steers a job, and gives it as it is then.
    ///
    /// - Parameters:
    ///   - verb: What is asked for.
    ///   - job: The job.
    ///   - body: Why, and what the verb needs: a priority, or a moment.
    ///   - request: Names the request, so that repeating it changes nothing whatever happened since; nil where it is
    ///     enough that what is so already changes nothing.
    /// - Returns: The job as it is then.
    /// - Throws: `ClientError`; 404 when there is no such job, 409 when its state does not allow it.
    @discardableResult
    public func steer(
        _ verb: SteerVerb, _ job: JobID, _ body: SteerBody = SteerBody(), request: RequestKey? = nil
    ) async throws -> JSONText {
        try await call(.post(Self.path(job, verb.rawValue), body.json, key: request))
    }

    /// Tells a job something that it waits for, or will wait for, and gives the job as it is then.
    ///
    /// - Parameters:
    ///   - body: The signal.
    ///   - job: The job.
    ///   - request: Names this delivery, so that repeating it changes nothing; nil when each counts.
    /// - Returns: The job as it is then.
    /// - Throws: `ClientError`.
    @discardableResult
    public func signal(_ body: SignalBody, to job: JobID, request: RequestKey? = nil) async throws -> JSONText
    {
        try await call(.post(Self.path(job, "signal"), body.json, key: request))
    }

    /// Decides a checkpoint; gives the decision that counts, which is the first one.
    ///
    /// - Parameters:
    ///   - name: The checkpoint's name.
    ///   - occurrence: Which of that name, from 1; nil for the newest.
    ///   - job: The job that asks.
    ///   - body: What is decided, and why.
    /// - Returns: The decision that counts.
    /// - Throws: `ClientError`; 409 with the first decision when that was another one.
    @discardableResult
    public func decide(
        _ name: WaitName, occurrence: Int? = nil, of job: JobID, _ body: DecisionBody
    ) async throws -> JSONText {
        let place = Self.path(job, "checkpoints", URLText.encoded(name.rawValue))
        return try await call(.post(place + (occurrence.map { "/\($0)" } ?? ""), body.json))
    }

    /// All checkpoints of a job, whatever became of them.
    ///
    /// - Throws: `ClientError`.
    public func checkpoints(of job: JobID) async throws -> JSONText {
        try await call(.get(Self.path(job, "checkpoints")))
    }

    /// What waits or waited for a person, over all jobs that the caller may see, the oldest first.
    ///
    /// - Parameters:
    ///   - position: The `next` of the page before; nil to begin.
    ///   - limit: The greatest number of checkpoints, from 1 to 200.
    ///   - moment: As it was then; nil for now.
    /// - Returns: The page.
    /// - Throws: `ClientError`.
    public func openCheckpoints(
        after position: EventLogPosition? = nil, limit: Int = 50, at moment: LogMoment? = nil
    ) async throws -> CheckpointPage {
        let json = try await call(
            .get(
                "/v1/checkpoints", QueryItem("after", optional: position?.description),
                QueryItem("limit", String(limit)), QueryItem("at", optional: moment?.description)))
        return try ClientError.reading { try CheckpointPage(parsing: json) }
    }

    /// Makes a new job of an existing one, which runs again from a step on; or says what it would reuse.
    ///
    /// - Parameters:
    ///   - job: The job to begin from.
    ///   - body: The step, and whether it is only asked.
    ///   - request: Names the request, so that it can be made again: it then gives the same job. Nil when each counts.
    /// - Returns: The new job, or `reused` and `again` of a dry run.
    /// - Throws: `ClientError`.
    @discardableResult
    public func fork(_ job: JobID, _ body: ForkBody, request: RequestKey? = nil) async throws -> JSONText {
        try await call(.post(Self.path(job, "fork"), body.json, key: request))
    }

    /// Gives a command to many jobs: begins the operation, which goes on by itself, or counts the jobs.
    ///
    /// - Parameters:
    ///   - body: What is to be done to which jobs, and whether it is only asked.
    ///   - request: Names the request, so that it can be made again: it then gives the same operation.
    /// - Returns: The operation as it is, or `matched` of a dry run.
    /// - Throws: `ClientError`.
    @discardableResult
    public func bulk(_ body: BulkBody, request: RequestKey? = nil) async throws -> JSONText {
        try await call(.post("/v1/bulk", body.json, key: request))
    }

    /// A bulk operation as it is.
    ///
    /// - Throws: `ClientError`.
    public func bulkOperation(_ id: BulkID) async throws -> JSONText {
        try await call(.get("/v1/bulk/\(URLText.encoded(id.rawValue))"))
    }

    /// The newest bulk operations, at most `limit` from 1 to 200.
    ///
    /// - Throws: `ClientError`.
    public func bulkOperations(limit: Int = 50) async throws -> BulkPage {
        let json = try await call(.get("/v1/bulk", QueryItem("limit", String(limit))))
        return try ClientError.reading { try BulkPage(parsing: json) }
    }
}
