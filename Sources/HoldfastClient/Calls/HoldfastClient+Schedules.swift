public import HoldfastAPI
public import HoldfastCore

extension HoldfastClient {
    /// Lists schedules in the order of their names.
    ///
    /// - Parameters:
    ///   - times: How many next due moments to give of each, from 0 to 1000.
    ///   - name: The `next` of the page before; nil to begin.
    ///   - limit: The greatest number of schedules, from 1 to 200.
    /// - Returns: The page.
    /// - Throws: `ClientError`.
    public func schedules(
        times: Int = 5, after name: ScheduleName? = nil, limit: Int = 50
    ) async throws -> SchedulePage {
        let json = try await call(
            .get(
                "/v1/schedules", QueryItem("times", String(times)),
                QueryItem("after", optional: name?.rawValue), QueryItem("limit", String(limit))))
        return try ClientError.reading { try SchedulePage(parsing: json) }
    }

    /// A schedule as it is, with its next due moments.
    ///
    /// - Parameters:
    ///   - name: The schedule.
    ///   - times: How many moments, from 0 to 1000.
    /// - Returns: The schedule.
    /// - Throws: `ClientError`; 404 when there is none.
    public func schedule(_ name: ScheduleName, times: Int = 5) async throws -> JSONText {
        try await call(.get(Self.path(name), QueryItem("times", String(times))))
    }

    /// Sets what a schedule enqueues when, and gives it as it is then, with `changed`: whether that was news.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `ClientError`.
    @discardableResult
    public func setSchedule(_ name: ScheduleName, _ body: ScheduleBody) async throws -> JSONText {
        var request = ClientRequest(.put, Self.path(name))
        request.body = body.json
        return try await call(request)
    }

    /// Steers a schedule, and gives it as it is then.
    ///
    /// - Parameters:
    ///   - verb: What is asked for.
    ///   - name: The schedule.
    ///   - reason: Why, in words for people.
    ///   - request: Names the request; without it each `run` enqueues a job, while the others are safe to repeat.
    /// - Returns: The schedule as it is then.
    /// - Throws: `ClientError`.
    @discardableResult
    public func steer(
        _ verb: ScheduleVerb, _ name: ScheduleName, reason: String? = nil, request: RequestKey? = nil
    ) async throws -> JSONText {
        let path = Self.path(name) + "/" + verb.rawValue
        return try await call(.post(path, SteerBody(reason: reason).json, key: request))
    }

    /// Ends a schedule; its jobs stay.
    ///
    /// - Throws: `ClientError`.
    public func removeSchedule(_ name: ScheduleName, reason: String? = nil) async throws {
        var request = ClientRequest(.delete, Self.path(name))
        request.body = SteerBody(reason: reason).json
        _ = try await call(request)
    }

    private static func path(_ schedule: ScheduleName) -> String {
        "/v1/schedules/\(URLText.encoded(schedule.rawValue))"
    }
}
