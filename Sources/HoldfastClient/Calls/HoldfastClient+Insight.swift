public import HoldfastCore

extension HoldfastClient {
    /// Tells why a job is where it is: the reasons, the most decisive first.
    ///
    /// - Throws: `ClientError`; 404 when there is none.
    public func standing(of job: JobID) async throws -> JSONText {
        try await call(.get(Self.path(job, "why")))
    }

    /// Tells who decided what: a page of the audit trail, in the order of the positions.
    ///
    /// - Parameters:
    ///   - job: Only decisions about this job; nil for all.
    ///   - actor: Only those of this person or schedule; nil for everybody.
    ///   - kinds: Only those of these kinds; nil for all.
    ///   - since: Only those recorded at this moment or later.
    ///   - until: Only those recorded before this moment.
    ///   - includesEngines: Whether those are meant as well that engines made on their own account.
    ///   - after: The `next` of the page before.
    ///   - limit: The greatest number of decisions, from 1 to 1000.
    /// - Returns: The object with `decisions`, which may be few or none, and `next`, which is null at the end.
    /// - Throws: `ClientError`.
    public func decisions(
        about job: JobID? = nil, by actor: String? = nil, of kinds: Set<EventKind>? = nil,
        since: Timestamp? = nil, until: Timestamp? = nil, includesEngines: Bool = false,
        after: EventLogPosition? = nil, limit: Int = 200
    ) async throws -> JSONText {
        let names = kinds.map { $0.map(\.rawValue).sorted().joined(separator: ",") }
        return try await call(
            .get(
                "/v1/actors", QueryItem("job", optional: job?.description),
                QueryItem("actor", optional: actor), QueryItem("kind", optional: names),
                QueryItem("since", optional: since?.rfc3339), QueryItem("until", optional: until?.rfc3339),
                QueryItem("engines", includesEngines ? "1" : "0"),
                QueryItem("after", optional: after?.description), QueryItem("limit", String(limit))))
    }

    /// Compares two runs, step by step.
    ///
    /// - Parameters:
    ///   - a: The first job.
    ///   - b: The second job.
    ///   - rows: How many steps to list, from 1 to 1000; those that differ come first.
    /// - Returns: The object that says what differs.
    /// - Throws: `ClientError`; 404 when one of them does not exist.
    public func compare(_ a: JobID, with b: JobID, rows: Int = 200) async throws -> JSONText {
        try await call(.get(Self.path(a, "diff", b.description), QueryItem("rows", String(rows))))
    }
}
