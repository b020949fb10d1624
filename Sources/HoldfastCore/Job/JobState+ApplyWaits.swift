// Folds what a job waits for: the worker opens waits, and somebody else ends them.
extension JobState {
    /// What ends a wait or opens it.
    mutating func foldWait(_ event: JobEvent, _ recorded: RecordedEvent) throws(IllegalTransition) {
        switch event {
        case .waiting(let event):
            let running = try requireRunning(recorded)
            guard running.pauseRequest == nil else { throw recorded.illegal("the job was asked to pause") }
            phase = .waiting(
                WaitingPhase(since: recorded.at, reasons: event.reasons, hasMore: event.hasMore))
        case .resumed:
            guard case .waiting = phase else { throw recorded.illegal(in: phase) }
            phase = .queued(since: recorded.at)
        case .checkpointOpened, .timerSet:
            _ = try requireRunning(recorded)
            waits.recorded += 1
        case .signalConsumed: _ = try requireRunning(recorded)
        case .childSpawned(let event):
            _ = try requireRunning(recorded)
            waits.begin(event.child.name)
        case .childFinished(let event):
            // A child may outlive its parent.
            if !event.isRepeated { waits.end(event.child.name, event.state) }
        case .checkpointDecided:
            try requireUnfinished(recorded)
            crashes = 0
        case .signalReceived:
            try requireUnfinished(recorded)
            waits.recorded += 1
            crashes = 0
        case .checkpointExpired: try requireUnfinished(recorded)
        case .checkpointRefused: break
        default: throw recorded.illegal("it is about no wait")
        }
    }

    /// The moment that was waited for: the job's own due time, or that of one of its waits.
    mutating func fold(_ event: TimerFired, _ recorded: RecordedEvent) throws(IllegalTransition) {
        guard event.due <= recorded.at else { throw recorded.illegal("it is due at \(event.due)") }
        guard event.wait == nil else { return try requireUnfinished(recorded) }
        guard case .scheduled(let until) = phase else { throw recorded.illegal(in: phase) }
        guard event.due == until else { throw recorded.illegal("the job is due at \(until)") }
        phase = .queued(since: recorded.at)
    }

    private func requireUnfinished(_ recorded: RecordedEvent) throws(IllegalTransition) {
        if phase.name.isEnded { throw recorded.illegal(in: phase) }
    }
}
