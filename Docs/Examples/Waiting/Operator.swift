public import Holdfast

/// Steers jobs as a person does.
public struct Operator: Sendable {
    private let engine: JobEngine
    private let person: String

    /// Steers the jobs of an engine in somebody's name.
    public init(_ engine: JobEngine, person: String) {
        self.engine = engine
        self.person = person
    }

    /// Decides what a job asks.
    public func approve(_ job: JobID) async throws {
        try await engine.decide(
            .approve, "post-to-books", of: job, by: .person(person), reason: "totals checked")
    }

    /// Tells a job that the bank has the money; telling it twice is telling it once.
    public func tellPayment(_ job: JobID, request: RequestKey) async throws {
        let payment = try JSONText(validating: #"{"amount":120}"#)
        try await engine.signal("payment", payment, to: job, by: .person(person), request: request)
    }

    /// Stops a job; after ten seconds also one that does not give way.
    public func cancel(_ job: JobID) async throws {
        try await engine.steer(
            .cancel(reason: "sent twice", within: .seconds(10)), job, by: .person(person))
    }

    /// Keeps a job from going on.
    public func pause(_ job: JobID) async throws {
        try await engine.steer(.pause(reason: "the books are closed"), job, by: .person(person))
    }

    /// Lets a paused job go on.
    public func resume(_ job: JobID) async throws {
        try await engine.steer(.resume(reason: nil), job, by: .person(person))
    }

    /// Begins an ended job once more.
    public func retry(_ job: JobID) async throws {
        try await engine.steer(.retry(reason: "the disk has room again"), job, by: .person(person))
    }

    /// Lets a job go before the others of its queue.
    public func hurry(_ job: JobID) async throws {
        try await engine.steer(.reprioritise(.high, reason: "audit"), job, by: .person(person))
    }

    /// Moves the moment before which a job does not start.
    public func reschedule(_ job: JobID, to moment: Timestamp) async throws {
        try await engine.steer(.reschedule(moment, reason: "after the close"), job, by: .person(person))
    }

    /// Makes a new job that posts again, with the old job's total.
    public func postAgain(_ job: JobID) async throws -> (reused: [StepKey], fork: JobID) {
        let plan = try await engine.forkPlan(of: job, at: StepKey("post"))
        let fork = try await engine.fork(
            job, at: StepKey("post"), by: .person(person), reason: "the books were restored")
        return (plan.reused, fork.state.id)
    }
}
