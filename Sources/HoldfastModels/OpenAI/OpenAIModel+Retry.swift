import HoldfastCore
import HoldfastEngine

extension OpenAIModel {
    /// Does something until it succeeds, its error is not worth another try, or the tries are used up.
    func retrying<Result>(_ call: () async throws -> Result) async throws -> Result {
        var failures = 0
        while true {
            do {
                return try await call()
            } catch let error as ModelError where error.isRetriedByClient {
                failures += 1
                guard failures < configuration.retry.maxAttempts, let wait = wait(after: error, failures)
                else {
                    throw error
                }
                try await environment.sleep(wait)
            }
        }
    }

    /// How long to wait before the next try; nil when the service asks for more than it gets.
    ///
    /// The wait is never shorter than what the service asks for.
    private func wait(after error: ModelError, _ failures: Int) -> Duration? {
        let chance = Double(environment.random() >> 11) * 0x1p-53
        let drawn = configuration.retry.delay(afterFailures: failures, random: 0) * chance
        guard let asked = error.retryAfter else { return drawn }
        return asked <= configuration.longestRetryAfter ? max(asked, drawn) : nil
    }

    /// Does something, and throws the error if it takes longer than a limit.
    func limited<Result: Sendable>(
        to limit: Duration, else error: @autoclosure () -> ModelError,
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let error = error()
        let sleep = environment.sleep
        return try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try await sleep(limit)
                throw error
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw error }
            return first
        }
    }
}

extension ModelError {
    /// How long `Retry-After` asks to wait: seconds, or a date as HTTP writes it; nil when it is neither.
    ///
    /// The two forms are those of RFC 9110, section 10.2.3; a date that has passed asks for nothing.
    static func retryAfter(_ text: String, now: Timestamp) -> Duration? {
        if let seconds = Int64(text), seconds >= 0 { return .seconds(min(seconds, 1_000_000_000)) }
        // Such as `Sun, 06 Nov 1994 08:49:37 GMT`.
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        guard let moment = Timestamp(rfc3339: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z") else {
            return nil
        }
        return max(.zero, moment - now)
    }
}
