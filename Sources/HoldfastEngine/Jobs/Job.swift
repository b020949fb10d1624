public import HoldfastCore

/// Describes a unit of work by its input.
///
/// It needs no handler, so that programs which only enqueue can link it.
///
/// The stored name is `kind`, never the Swift type's name; the input is stored as the JSON of its `Codable`
/// form.
public protocol Job: Codable, Sendable {
    /// What the handler returns, stored as JSON.
    associatedtype Output: Codable & Sendable

    /// The stored name, such as `ledger.import`. It must not change once jobs were enqueued.
    static var kind: JobKind { get }
    /// The version of the input's form, from 1. It is recorded with each job.
    static var version: Int { get }
    /// The lane to wait in when the caller names none.
    static var queue: QueueName { get }
    /// What happens after an attempt failed when the caller says nothing else.
    static var retry: RetryPolicy { get }
}

extension Job {
    /// The first version.
    public static var version: Int { 1 }
    /// The queue `default`.
    public static var queue: QueueName { .default }
    /// Five attempts with growing waits.
    public static var retry: RetryPolicy { .standard }
}

/// Does the work of one kind of job.
///
/// It owns its dependencies.
///
/// `run` may begin again after a crash, a drain or an error: durable things happen at `context` calls, and
/// recorded
/// steps answer at once. Code between them may run more than once.
public protocol JobHandler<Input>: Sendable {
    /// The kind of job.
    associatedtype Input: Job

    /// Does the work of one attempt.
    ///
    /// - Throws: Any error fails the attempt and is retried by the job's policy; `JobOutcome` says otherwise.
    func run(_ job: Input, _ context: JobContext) async throws -> Input.Output

    /// Says what becomes of the job after an error that `run` threw.
    ///
    /// It is asked for every error but a `JobOutcome`, a cancellation and a failure of the store. Its answer stands
    /// above what the error says of itself; the number of attempts of the job's policy stands above its answer.
    ///
    /// - Parameters:
    ///   - error: What `run` threw.
    ///   - failures: How many attempts of this life have failed, this one included, from 1.
    /// - Returns: Nil to leave it to the error and the job's policy.
    func retryDecision(after error: any Error, failures: Int) -> RetryDecision?
}

extension JobHandler {
    /// Leaves every error to itself and to the job's policy.
    public func retryDecision(after error: any Error, failures: Int) -> RetryDecision? { nil }
}

/// What a job returns that has nothing to return; stored as `{}`.
public struct NoOutput: Codable, Hashable, Sendable {
    /// The only value.
    public init() {}
}

/// Thrown by a handler to end its attempt in another way than by an error.
public enum JobOutcome: Error, Hashable, Sendable {
    /// End the job as cancelled.
    case cancel(String)
    /// End the job as failed, whatever the policy allows.
    case discard(String)
    /// Give the job back until somebody resumes it, in the same attempt.
    case pause(String)
    /// Give the job back and start it again after a while, in the same attempt.
    case snooze(for: Duration, reason: String? = nil)
}

/// An error that says itself whether and when the job or step that threw it is to be tried again, such as one of a
/// service that asks to be left alone for a while.
///
/// The policy's number of attempts or tries stands above its word, and so does what the handler says.
public protocol RetryAdvising: Error {
    /// What is to become of the job or step.
    var retryDecision: RetryDecision { get }
}

/// An error that another attempt cannot mend, such as a refused card: a job or step that throws one is not retried.
///
/// Let your own errors conform, and those of others retroactively where all of their cases are so.
public protocol PermanentError: RetryAdvising {}

extension PermanentError {
    /// Never again.
    public var retryDecision: RetryDecision { .discard }
}

/// What a handler says about an error that it threw, or an error about itself.
public enum RetryDecision: Hashable, Sendable {
    /// Wait as the policy says; from a handler, also after a `PermanentError`.
    case byPolicy
    /// Wait for so long instead, if the policy has an attempt left.
    case after(Duration)
    /// Wait until a moment instead, if the policy has an attempt left.
    case at(Timestamp)
    /// Never try again.
    case discard
}

/// Thrown by a handler or a step around an error that another attempt cannot mend.
public struct NotRetryable: PermanentError, CustomStringConvertible {
    /// What went wrong.
    public let underlying: any Error

    /// Marks an error.
    public init(_ underlying: any Error) { self.underlying = underlying }

    /// What the error says.
    public var description: String { "\(underlying)" }
}
