public import HoldfastCore

extension HoldfastClient {
    /// Tells why a job is where it is: the reasons, the most decisive first.
    ///
    /// - Throws: `ClientError`; 404 when there is none.
    public func standing(of job: JobID) async throws -> JSONText {
        try await call(.get(Self.path(job, "why")))
    }
}
