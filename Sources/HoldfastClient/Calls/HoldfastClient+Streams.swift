public import HoldfastAPI
public import HoldfastCore

extension HoldfastClient {
    /// Follows a job to the end of its life.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - start: Where to begin; `.snapshot` gives the job as it is, and then what comes after it.
    ///   - log: The identity of the log that a cursor in `start` is of, as an event named it; nil when it is not known.
    ///   - observer: Is told of each connection that failed.
    /// - Returns: The events; each iteration begins anew.
    public func events(
        of job: JobID, from start: StreamStart = .snapshot, log: String? = nil,
        observer: @escaping StreamEvents.Observer = { _, _ in }
    ) -> StreamEvents {
        let paths = StreamReading.Paths(
            stream: Self.path(job, start == .snapshot ? "stream" : "events"), pages: Self.path(job, "events"))
        let reading = StreamReading(paths, filter: [], from: start, log: log, timing: timing)
        return StreamEvents(client: self, reading: reading, observer: observer)
    }

    /// Follows many jobs by one cursor.
    ///
    /// - Parameters:
    ///   - filter: Which events; all that the caller may see where nothing is said.
    ///   - start: Where to begin; `.snapshot` is as good as `.tail`, because many jobs have none.
    ///   - log: The identity of the log that a cursor in `start` is of; nil when it is not known.
    ///   - observer: Is told of each connection that failed.
    /// - Returns: The events; each iteration begins anew.
    public func events(
        _ filter: StreamFilter = StreamFilter(), from start: StreamStart = .tail, log: String? = nil,
        observer: @escaping StreamEvents.Observer = { _, _ in }
    ) -> StreamEvents {
        let paths = StreamReading.Paths(stream: "/v1/stream", pages: "/v1/stream")
        let reading = StreamReading(
            paths, filter: filter.query, from: start == .snapshot ? .tail : start, log: log, timing: timing)
        return StreamEvents(client: self, reading: reading, observer: observer)
    }

    /// Makes a token that opens the streams of one job and nothing else.
    ///
    /// - Returns: The object with `token` and `expires_at`.
    /// - Throws: `ClientError`.
    public func streamToken(for job: JobID) async throws -> JSONText {
        try await call(.post("/v1/stream-tokens", StreamTokenBody(.job(job)).json))
    }

    /// Makes a token that opens the stream over many jobs with one filter.
    ///
    /// - Returns: The object with `token` and `expires_at`.
    /// - Throws: `ClientError`.
    public func streamToken(for filter: StreamFilter) async throws -> JSONText {
        try await call(.post("/v1/stream-tokens", StreamTokenBody(filter.scope).json))
    }

    /// Reads a page of a job's history, in the order of the positions.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - position: Only events after it.
    ///   - limit: The greatest number of events, from 1 to 1000.
    /// - Returns: The page; its `next` is the position with which to ask for the next one.
    /// - Throws: `ClientError`.
    public func history(
        of job: JobID, after position: EventLogPosition = .beginning, limit: Int = 256
    ) async throws -> HistoryPage {
        try await page(of: Self.path(job, "events"), from: .after(position), limit: limit)
    }

    /// Reads a page of the events of many jobs, in the order of the positions.
    ///
    /// - Parameters:
    ///   - filter: Which events.
    ///   - start: Where to begin.
    ///   - limit: The greatest number of events, from 1 to 1000.
    /// - Returns: The page; its `next` is the position with which to ask for the next one.
    /// - Throws: `ClientError`.
    public func history(
        _ filter: StreamFilter = StreamFilter(), from start: StreamStart = .beginning, limit: Int = 256
    ) async throws -> HistoryPage {
        try await page(of: "/v1/stream", filter.query, from: start, limit: limit)
    }

    private func page(
        of path: String, _ filter: [QueryItem] = [], from start: StreamStart, limit: Int
    ) async throws -> HistoryPage {
        var request = ClientRequest(.get, path)
        request.query =
            filter + [QueryItem("format", "json"), QueryItem("limit", String(limit))] + start.query
        let json = try await call(request)
        return try ClientError.reading { try HistoryPage(parsing: json) }
    }

    /// The path of something of a job.
    static func path(_ job: JobID, _ rest: String...) -> String {
        (["/v1/jobs/\(job)"] + rest).joined(separator: "/")
    }
}

extension StreamStart {
    /// What says in a query where a reader begins.
    var query: [QueryItem] {
        switch self {
        case .beginning: [QueryItem("from", "start")]
        case .tail: [QueryItem("from", "now")]
        case .last(let count): [QueryItem("from", "last:\(count)")]
        case .after(let position): [QueryItem("last_event_id", position.description)]
        case .snapshot: []
        }
    }
}

extension ClientRequest {
    static func get(_ path: String, _ query: QueryItem?...) -> ClientRequest {
        var request = ClientRequest(.get, path)
        request.query = query.compactMap(\.self)
        return request
    }

    static func post(_ path: String, _ body: JSONText, key: RequestKey? = nil) -> ClientRequest {
        var request = ClientRequest(.post, path)
        request.body = body
        request.key = key
        return request
    }
}

extension QueryItem {
    /// A value where there is one.
    init?(_ name: String, optional value: String?) {
        guard let value else { return nil }
        self.init(name, value)
    }
}
