import HoldfastCore
import Testing

/// Begins a specification with what has happened to a job: `given(events).when(command).then(events)`.
///
/// - Throws: `IllegalTransition` when the events cannot follow one another; such a specification describes nothing.
func given(_ events: JobEvent...) throws(IllegalTransition) -> JobSpec {
    try JobSpec().and(events)
}

/// Describes the rules of a job's life: after these events, this command causes those.
struct JobSpec: Sendable {
    /// What has happened so far.
    private(set) var history = JobHistory()

    /// The state that the job is in; fails the test when nothing has happened yet.
    func state(_ location: SourceLocation = #_sourceLocation) throws -> JobState {
        try #require(history.state, sourceLocation: location)
    }

    /// The phase that the job is in; fails the test when nothing has happened yet.
    func phase(_ location: SourceLocation = #_sourceLocation) throws -> JobPhase { try state(location).phase }

    /// Lets further events happen, one second after another.
    func and(_ events: JobEvent..., by actor: EventActor? = nil) throws(IllegalTransition) -> JobSpec {
        try and(events, by: actor)
    }

    /// Lets further events happen, one second after another.
    func and(_ events: [JobEvent], by actor: EventActor? = nil) throws(IllegalTransition) -> JobSpec {
        var next = self
        for event in events { try next.history.record([event], by: actor) }
        return next
    }

    /// Lets time pass in which nothing happens.
    func after(_ wait: Duration) -> JobSpec {
        var next = self
        next.history.time = history.time + wait
        return next
    }

    /// Sets the clock, also back.
    func at(_ time: Timestamp) -> JobSpec {
        var next = self
        next.history.time = time
        return next
    }

    /// Gives the command to the job.
    func when(_ command: JobCommand) -> JobDecision {
        JobDecision(command: command, history: history, outcome: history.decide(command))
    }

    /// Lets the holder of the job's lease write; without one the command carries a token that was never given.
    func when(worker command: WorkCommand) -> JobDecision {
        when(.work(history.token ?? LeaseToken(EventLogPosition(.max)), command))
    }

    /// Lets a person steer the job.
    func when(person command: SteerCommand) -> JobDecision { when(.steer(command)) }
}

/// What a command caused, to be compared with what it should cause.
struct JobDecision: Sendable {
    /// The command that was given.
    let command: JobCommand
    /// What had happened before it.
    let history: JobHistory
    /// The events that it causes, or why it was refused.
    let outcome: Result<[JobEvent], JobRejection>

    /// Expects exactly these events, records them and goes on from there.
    @discardableResult
    func then(
        _ first: JobEvent, _ rest: JobEvent..., by actor: EventActor? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws(IllegalTransition) -> JobSpec {
        #expect(outcome == .success([first] + rest), "after \(command)", sourceLocation: sourceLocation)
        return try recorded(by: actor)
    }

    /// Expects that the command is refused for this reason.
    func then(_ rejection: JobRejection, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(outcome == .failure(rejection), "after \(command)", sourceLocation: sourceLocation)
    }

    /// Expects that the command is accepted and changes nothing.
    func thenNothing(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(outcome == .success([]), "after \(command)", sourceLocation: sourceLocation)
    }

    /// Records whatever the command caused and goes on from there; nothing when it was refused.
    func recorded(by actor: EventActor? = nil) throws(IllegalTransition) -> JobSpec {
        var next = history
        if case .success(let events) = outcome { try next.record(events, by: actor) }
        return JobSpec(history: next)
    }
}
