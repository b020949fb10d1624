import HoldfastCore
import HoldfastEngine

/// A job whose handler is a closure of the test.
struct Chore: Job, Hashable {
    static let kind: JobKind = "test.chore"
    typealias Output = String
    var name = "chore"
}

struct ChoreHandler: JobHandler {
    let body: @Sendable (Chore, JobContext) async throws -> String

    func run(_ job: Chore, _ context: JobContext) async throws -> String { try await body(job, context) }
}

/// A second kind of job, in the same queue.
struct Errand: Job {
    static let kind: JobKind = "test.errand"
    typealias Output = NoOutput
    var name = "errand"
}

struct ErrandHandler: JobHandler {
    let body: @Sendable (Errand, JobContext) async throws -> Void

    func run(_ job: Errand, _ context: JobContext) async throws -> NoOutput {
        try await body(job, context)
        return NoOutput()
    }
}

/// What goes wrong in a handler.
struct Mishap: Error, CustomStringConvertible {
    var description = "the bucket leaks"
}

extension RetryPolicy {
    /// Three attempts, one right after the other.
    static let atOnce = RetryPolicy(maxAttempts: 3, backoff: .none, jitter: 0)
}
