public import HoldfastAPI
public import HoldfastCore

extension HoldfastClient {
    /// All queues: what each allows, who paused it, and how many jobs it has.
    ///
    /// - Throws: `ClientError`.
    public func queues(at moment: LogMoment? = nil) async throws -> QueuePage {
        let json = try await call(.get("/v1/queues", QueryItem("at", optional: moment?.description)))
        return try ClientError.reading { try QueuePage(parsing: json) }
    }

    /// Where the log ends: its identity, a position, and a hash that stands for all before it.
    ///
    /// - Throws: `ClientError`.
    public func head() async throws -> JSONText { try await call(.get("/v1/head")) }

    /// One queue; one that nobody ever used is there as well.
    ///
    /// - Throws: `ClientError`.
    public func queue(_ name: QueueName) async throws -> JSONText { try await call(.get(Self.path(name))) }

    /// Replaces what a queue allows, and gives the queue as it is then.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `ClientError`.
    @discardableResult
    public func configure(_ name: QueueName, _ body: QueueBody) async throws -> JSONText {
        var request = ClientRequest(.put, Self.path(name))
        request.body = body.json
        return try await call(request)
    }

    /// Changes some of what a queue allows, and gives the queue as it is then.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `ClientError`.
    @discardableResult
    public func configure(_ name: QueueName, _ body: QueueChangeBody) async throws -> JSONText {
        var request = ClientRequest(.patch, Self.path(name))
        request.body = body.json
        return try await call(request)
    }

    /// Lets no job of a queue start until it is resumed, and gives the queue as it is then.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `ClientError`.
    @discardableResult
    public func pause(_ name: QueueName, reason: String? = nil) async throws -> JSONText {
        try await call(.post(Self.path(name) + "/pause", SteerBody(reason: reason).json))
    }

    /// Lets the jobs of a paused queue start again, and gives the queue as it is then.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `ClientError`.
    @discardableResult
    public func resume(_ name: QueueName, reason: String? = nil) async throws -> JSONText {
        try await call(.post(Self.path(name) + "/resume", SteerBody(reason: reason).json))
    }

    private static func path(_ queue: QueueName) -> String { "/v1/queues/\(URLText.encoded(queue.rawValue))" }
}
