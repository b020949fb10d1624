package import HoldfastCore

/// What a run does, as far as the engine knows.
package enum RunStanding: Hashable, Sendable {
    /// Its handler does something.
    case busy
    /// Everything of it waits for the log.
    case waiting
    /// Nothing goes on but waits and steps that are held until it is certain that they are new.
    case holding
    /// It no longer counts.
    case over
}

extension JobContext {
    /// What the run does now.
    package var standing: RunStanding {
        if isRetired { return .over }
        if matching?.isHolding == true, waits.isIdle { return .holding }
        return waits.isIdle ? .waiting : .busy
    }

    /// Says that nobody will ask for recorded steps any more, so that held ones are new.
    package func decideHeldSteps() { matching?.decide() }
}

/// Something that a handler asks its context for and that the log keeps.
package enum DurableCall: Hashable, Sendable, CustomStringConvertible {
    /// A step.
    case step(StepKey)
    /// A checkpoint, a signal, a timer or a child.
    case wait(WaitKey)

    /// The call in words, such as `step parse#1`.
    package var description: String {
        switch self {
        case .step(let step): "step \(step)"
        case .wait(let wait): "\(wait)"
        }
    }
}

/// Is told what handlers ask for: the seam of replays.
package protocol CallObserver: Sendable {
    /// Is told of each call, in the order in which they come.
    func ask(_ call: DurableCall, of job: JobID)

    /// Is asked before the body of a step runs that has no recorded result.
    ///
    /// - Throws: What the step throws instead of running.
    func admit(_ step: StepKey, of job: JobID) async throws
}

/// The recorded failure of a step, thrown again without running it.
package struct RecordedStepFailure: Error, CustomStringConvertible {
    /// What was recorded.
    package let failure: JobFailure

    /// Wraps what was recorded.
    package init(_ failure: JobFailure) { self.failure = failure }

    /// The recorded message.
    package var description: String { failure.message }
}
