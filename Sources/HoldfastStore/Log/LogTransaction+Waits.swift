import HoldfastCore

// What the log holds about waits, put into commands; and what the end of a job means for others.
extension LogTransaction {
    /// Puts what the log holds about a wait into a command that is about one.
    func completeWait(_ command: JobCommand, of job: JobID) throws(StoreError) -> JobCommand {
        switch command {
        case .fireWait(let wait, _): return .fireWait(wait, recorded: try self.wait(wait, of: job))
        case .finishChild(let event, _):
            return .finishChild(event, recorded: try wait(event.child, of: job))
        case .steer(.decide(let verdict, _)):
            let recorded: WaitRecord?
            if let occurrence = verdict.occurrence {
                recorded = try wait(WaitKey(.checkpoint, verdict.name, occurrence: occurrence), of: job)
            } else {
                recorded = try newest(.checkpoint, verdict.name, of: job)
            }
            return .steer(.decide(verdict, recorded: recorded))
        case .steer(.signal(let delivery, _, _)):
            var repeated: WaitRecord?
            if let request = delivery.request {
                // Of any name: the name belongs to what is asked for.
                let query = WaitQuery(kind: .signal, request: request.id, limit: 1)
                repeated = try waits(of: job, query).first
            }
            let newest = try newest(.signal, delivery.name, of: job)
            return .steer(.signal(delivery, newest: newest, repeated: repeated))
        default: return command
        }
    }

    /// Puts what the log holds about a wait into what the holder of a lease says about one.
    func completeWait(_ work: WorkCommand, of job: JobID) throws(StoreError) -> WorkCommand {
        switch work {
        case .openCheckpoint(let event, _):
            return .openCheckpoint(event, recorded: try wait(event.checkpoint, of: job))
        case .setTimer(let event, _): return .setTimer(event, recorded: try wait(event.wait, of: job))
        case .consumeSignal(let signal, _):
            return .consumeSignal(signal, recorded: try wait(signal, of: job))
        case .spawn(let event, _): return .spawn(event, recorded: try wait(event.child, of: job))
        case .wait(let reasons, _): return .wait(reasons, isOver: try isOver(reasons, of: job))
        default: return work
        }
    }

    private func newest(_ kind: WaitKind, _ name: WaitName, of job: JobID) throws(StoreError) -> WaitRecord? {
        try waits(of: job, WaitQuery(kind: kind, name: name, limit: 1)).first
    }

    private func isOver(_ reasons: [WaitReason], of job: JobID) throws(StoreError) -> Bool {
        for case .wait(let wait, _) in reasons {
            if try self.wait(wait, of: job)?.status.isOver == true { return true }
        }
        return false
    }

    /// Does what the end of a job means: nobody waits for its decisions any more, its parent hears of it, and a
    /// cancellation goes down to its children.
    func passOn(_ ending: RecordedEvent, of job: JobState, by actor: EventActor) throws {
        if job.waits.recorded > 0 {
            if !pending.closedWaits.contains(job.id) { savepoint.closedWaits.append(job.id) }
            savepoint.waits += pending.closeWaits(of: job.id).map { (job.id, $0.key, $0) }
        }
        if case .cancelled = job.phase, !job.waits.children.isEmpty {
            try cancelChildren(of: job.id, by: actor)
        }
        // One that was pruned or redacted is told nothing any more.
        guard let parent = job.origin.parent, try self.job(parent.job)?.isRedacted == false else { return }
        let event = ChildFinished(
            child: parent.child, job: job.id, state: job.phase.name, ending: ending.position)
        try execute(.finishChild(event, recorded: nil), on: parent.job, by: actor)
    }

    private func cancelChildren(of parent: JobID, by actor: EventActor) throws {
        let query = WaitQuery(kind: .child, status: .open, limit: .max)
        for child in try waits(of: parent, query).compactMap(\.child) {
            guard let state = try job(child), !state.phase.name.isEnded else { continue }
            let command = SteerCommand.cancel(
                reason: "the parent was cancelled", within: configuration.cancelTimeout)
            try execute(.steer(command), on: child, by: actor)
        }
    }
}
