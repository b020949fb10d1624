// The rules of waits: who may open them, and what ends them.
extension JobState {
    /// What the holder of the lease says about a wait; nothing where the log has it already.
    func decideWait(_ command: WorkCommand) -> [JobEvent] {
        switch command {
        case .openCheckpoint(let event, let recorded):
            return mayOpen(recorded) ? [.checkpointOpened(event)] : []
        case .setTimer(let event, let recorded): return mayOpen(recorded) ? [.timerSet(event)] : []
        case .consumeSignal(let signal, let recorded):
            return recorded?.status == .received ? [.signalConsumed(SignalConsumed(signal: signal))] : []
        case .spawn(let event, let recorded): return recorded == nil ? [.childSpawned(event)] : []
        default: return []
        }
    }

    /// A decision: the first one counts, an equal one says nothing new, a different one is recorded as refused (P8).
    func decide(_ verdict: CheckpointVerdict, _ recorded: WaitRecord?) throws(JobRejection) -> [JobEvent] {
        guard let recorded else { throw .unknownCheckpoint(verdict.name) }
        switch recorded.status {
        case .open:
            let decided = CheckpointDecided(
                checkpoint: recorded.key, choice: verdict.choice, reason: verdict.reason, value: verdict.value
            )
            return [.checkpointDecided(decided)] + resumption(after: recorded.key)
        case .closed: throw refusal
        case verdict.choice.status: return []
        default:
            return [
                .checkpointRefused(
                    CheckpointRefused(
                        checkpoint: recorded.key, choice: verdict.choice, reason: verdict.reason,
                        status: recorded.status, first: recorded.result ?? recorded.opened))
            ]
        }
    }

    /// A signal ends the first wait of its name that has none, also one that is yet to come.
    func decide(
        _ delivery: SignalDelivery, newest: WaitRecord?, repeated: WaitRecord?
    ) throws(JobRejection) -> [JobEvent] {
        if let repeated, let request = delivery.request {
            let isSame =
                repeated.key.name == delivery.name
                && repeated.requestSHA256 ?? request.sha256 == request.sha256
            guard isSame else { throw .requestReused(request.id) }
            return []
        }
        if phase.name.isEnded { throw refusal }
        var occurrence = 1
        if let newest {
            occurrence = newest.status.isOver ? newest.key.occurrence + 1 : newest.key.occurrence
        }
        let key = WaitKey(.signal, delivery.name, occurrence: occurrence)
        let event = SignalReceived(
            signal: key, payload: delivery.payload, request: delivery.request?.id,
            sha256: delivery.request?.sha256)
        return [.signalReceived(event)] + resumption(after: key)
    }

    /// What follows once the moment of a wait was reached.
    func decideDue(_ wait: WaitKey, _ recorded: WaitRecord?, at now: Timestamp) -> [JobEvent] {
        guard !phase.name.isEnded, let recorded, recorded.status == .open, let due = recorded.due, due <= now
        else { return [] }
        let event: JobEvent
        if wait.kind == .checkpoint {
            let action = recorded.onDeadline ?? .reject
            event = .checkpointExpired(CheckpointExpired(checkpoint: wait, deadline: due, action: action))
        } else {
            event = .timerFired(TimerFired(due: due, wait: wait))
        }
        return [event] + resumption(after: wait)
    }

    /// The end of a child, which a job also hears of after its own end.
    func decide(_ event: ChildFinished, _ recorded: WaitRecord?) -> [JobEvent] {
        guard let recorded, recorded.child == event.job else { return [] }
        var event = event
        event.isRepeated = recorded.status == .finished
        return [.childFinished(event)]
            + resumption(after: event.child, childState: event.isRepeated ? nil : event.state)
    }

    /// Tells whether what a handler waits for has happened, as far as the state knows.
    func isOver(_ reason: WaitReason) -> Bool {
        switch reason {
        case .wait: false
        case .children(let name, let end): waits.isOver(name, end)
        }
    }

    private func mayOpen(_ recorded: WaitRecord?) -> Bool { recorded == nil || recorded?.status == .closed }

    /// Lets a waiting job go on if it waited for what just ended.
    private func resumption(after key: WaitKey, childState: JobPhaseName? = nil) -> [JobEvent] {
        guard case .waiting(let waiting) = phase else { return [] }
        let isAwaited =
            waiting.hasMore
            || waiting.reasons.contains { reason in
                switch reason {
                case .wait(let wait, _): wait == key
                case .children(let name, let end):
                    key.kind == .child && key.name == name && waits.isOver(name, end, after: childState)
                }
            }
        return isAwaited ? [.resumed(JobResumed(wait: key))] : []
    }
}
