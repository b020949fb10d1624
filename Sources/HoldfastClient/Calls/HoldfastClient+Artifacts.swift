public import HoldfastAPI
public import HoldfastCore

extension HoldfastClient {
    /// Lists the files that a job keeps, ordered by the bytes of their names.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - name: The `next` of the page before; nil to begin.
    ///   - limit: The greatest number of files, from 1 to 1000.
    /// - Returns: The page.
    /// - Throws: `ClientError`.
    public func artifacts(
        of job: JobID, after name: ArtifactName? = nil, limit: Int = 256
    ) async throws -> ArtifactPage {
        let json = try await call(
            .get(
                Self.path(job, "artifacts"), QueryItem("after", optional: name?.rawValue),
                QueryItem("limit", String(limit))))
        return try ClientError.reading { try ArtifactPage(parsing: json) }
    }

    /// Reads the bytes of a file, chunk by chunk as they come.
    ///
    /// - Parameters:
    ///   - name: The file's name.
    ///   - job: The job that keeps it.
    /// - Returns: The bytes; whoever wants to be sure compares them with the SHA-256 of the list.
    public func content(of name: ArtifactName, of job: JobID) -> ArtifactContent {
        let parts = name.rawValue.split(separator: "/").map { URLText.encoded(String($0)) }
        var request = ClientRequest(.get, Self.path(job, "artifacts") + "/" + parts.joined(separator: "/"))
        request.accept = "*/*"
        return ArtifactContent(client: self, request: request)
    }
}

extension HoldfastClient {
    /// Reads the export of a job, piece by piece as it comes.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - withArtifacts: Whether the bytes of its artifacts are in it.
    /// - Returns: The bytes, which end with a line by which a cut is found.
    public func export(of job: JobID, withArtifacts: Bool = true) -> ArtifactContent {
        var request = ClientRequest.get(
            Self.path(job, "export"), QueryItem("artifacts", withArtifacts ? "true" : "false"))
        request.accept = "*/*"
        return ArtifactContent(client: self, request: request)
    }
}

/// The bytes of a file that a job keeps, or of a job's export, chunk by chunk; iterating throws `ClientError`.
public struct ArtifactContent: AsyncSequence, Sendable {
    let client: HoldfastClient
    let request: ClientRequest

    /// Begins to read; nothing is sent before the first chunk is asked for.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(client: client, request: request) }

    /// Reads the bytes once.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let client: HoldfastClient
        let request: ClientRequest
        private var body: (any ClientBody)?

        init(client: HoldfastClient, request: ClientRequest) {
            self.client = client
            self.request = request
        }

        /// The next chunk; nil at the end.
        ///
        /// - Throws: `ClientError`, also when nothing comes for a while, and `CancellationError`.
        public mutating func next() async throws -> [UInt8]? {
            let (environment, limit) = (client.environment, client.timing.silence)
            guard let body else {
                let opened = try await environment.within(limit, orThrow: .timedOut(.answer)) {
                    [client, request] in try await client.answer(to: request).body
                }
                body = opened
                return try await next()
            }
            return try await environment.within(limit, orThrow: .timedOut(.silence)) { try await body.next() }
        }
    }
}
