import HoldfastCore
import Testing

/// Every event in every situation: whether it can follow.
struct EventTableTests {
    @Test(arguments: EventTableTests.samples)
    func `an event can follow where the table says and nowhere else`(event: JobEvent) throws {
        for situation in Situation.allCases {
            let specification = try situation.specification()
            var history = (event.kind == .timerFired ? specification.at(Situation.due) : specification)
                .history
            let recorded = history.next(fitted(event, to: history), by: nil)
            let before = history.state
            do throws(IllegalTransition) {
                let after = try JobState.applying(recorded, to: before)
                #expect(EventTableTests.mayFollow(event.kind, situation), "\(event.kind) while \(situation)")
                #expect(after.version == recorded.version)
                #expect(after.phase.name == EventTableTests.phase(after: event.kind, situation))
            } catch {
                #expect(!EventTableTests.mayFollow(event.kind, situation), "\(error) while \(situation)")
                #expect(error.position == recorded.position)
                #expect(error.kind == event.kind)
                #expect(throws: IllegalTransition.self) { try history.record([event]) }
                #expect(history.state == before)
            }
        }
    }

    @Test func `the table has a sample of every kind of event of a job`() {
        let kinds = Set(EventTableTests.samples.map(\.kind))
        #expect(kinds == Set(EventKind.allCases.filter(\.isOfJob)))
        #expect(EventTableTests.samples.count == kinds.count)
    }

    @Test(arguments: Situation.allCases)
    func `an event of the engine never belongs to a job's stream`(situation: Situation) throws {
        let history = try situation.specification().history
        let joined = WorkerJoined(worker: "worker-1", engine: "engine-1", queues: [.default], kinds: [])
        let left = WorkerLeft(worker: "worker-1", engine: "engine-1", reason: "shutdown")
        let events: [EngineEvent] = [
            .workerJoined(joined), .workerLeft(left), .queuePaused(QueuePaused(queue: .default)),
        ]
        for event in events {
            let next = history.next(.completed())
            let recorded = RecordedEvent(
                position: next.position, job: next.job, version: next.version, at: next.at,
                attempt: next.attempt,
                actor: next.actor, event: .engine(event))
            #expect(throws: IllegalTransition.self) { try JobState.applying(recorded, to: history.state) }
        }
    }

    @Test func `an event that ends a life is one of three`() {
        let terminal = EventKind.allCases.filter(\.isTerminal)
        #expect(Set(terminal) == [.jobCompleted, .jobFailed, .jobCancelled])
        for kind in terminal {
            #expect(EventTableTests.phase(after: kind, .running)?.isEnded == true)
        }
    }

    @Test func `an illegal transition says what does not fit, where and why`() throws {
        let history = try given(.enqueued()).history
        let error = #expect(throws: IllegalTransition.self) {
            try JobState.applying(history.next(.completed()), to: history.state)
        }
        #expect(error?.description == "job.completed at 20 cannot follow: the job is queued")
    }

    /// One event of each kind; tokens are fitted to the history.
    private static let samples: [JobEvent] = [
        .enqueued(), .started(), .paused(), .unpaused(), .cancelRequested(), .cancelled(),
        .attemptFailed(), .rescheduled(until: Situation.due), .completed(), .failed(), .retried(),
        .released(startedIn: 2), .crashed(startedIn: 2), .stepStarted(StepKey("a")),
        .stepCompleted(StepKey("a")), .stepFailed(StepKey("a")), .stepUnused(StepKey("a")),
        .progressUpdated(Progress(.fraction(0.5))),
        .logWritten(LogWritten(level: .info, message: "a line")),
        .appEmitted(AppEmitted(name: "sample.emitted", payload: .null)),
        .artifactSaved(.sample()), .timerFired(due: Situation.due),
        .budgetCharged(BudgetCharged(amount: 1, unit: "usd", total: 1)),
        .budgetWarned(BudgetWarned(spent: 4, limit: 5, unit: "usd")),
        .budgetExceeded(BudgetExceeded(spent: 5, limit: 5, unit: "usd", policy: .pause)),
        .budgetRaised(BudgetRaised(limit: 7)),
        .waiting(.other), .resumed(JobResumed(wait: .gate)), .checkpointOpened(.other),
        .checkpointDecided(CheckpointDecided(checkpoint: .gate, choice: .approve)),
        .checkpointExpired(
            CheckpointExpired(checkpoint: .gate, deadline: JobHistory.start, action: .reject)),
        .checkpointRefused(
            CheckpointRefused(
                checkpoint: .gate, choice: .reject, status: .approved, first: EventLogPosition(1))),
        .signalReceived(SignalReceived(signal: .signal, payload: .null)),
        .signalConsumed(SignalConsumed(signal: .signal)),
        .timerSet(TimerSet(wait: .sleep, due: Situation.due)),
        .childSpawned(ChildSpawned(child: .child, job: .child, kind: "sample.child")),
        .childFinished(
            ChildFinished(child: .child, job: .child, state: .completed, ending: EventLogPosition(1))),
        .reprioritised(JobReprioritised(priority: .high)),
        .forked(JobForked(job: .child, step: StepKey("a"))),
    ]

    private static func mayFollow(_ kind: EventKind, _ situation: Situation) -> Bool {
        phase(after: kind, situation) != nil
    }

    /// The phase that the event leads to; nil where it cannot follow.
    private static func phase(after kind: EventKind, _ situation: Situation) -> JobPhaseName? {
        guard let phase = situation.phase else { return kind == .jobEnqueued ? .queued : nil }
        switch (kind, phase) {
        case (.jobStarted, .queued): return .running
        case (.jobPaused, .scheduled), (.jobPaused, .queued), (.jobPaused, .waiting): return .paused
        case (.jobPaused, .running), (.jobUnpaused, .running): return .running
        case (.jobUnpaused, .paused): return situation == .pausedEarly ? .scheduled : .queued
        case (.jobCancelled, .scheduled), (.jobCancelled, .queued), (.jobCancelled, .running),
            (.jobCancelled, .waiting), (.jobCancelled, .paused):
            return .cancelled
        case (.jobCancelRequested, .running): return .running
        case (.jobAttemptFailed, .running), (.leaseReleased, .running), (.leaseExpired, .running):
            return situation == .askedToPause ? .paused : .queued
        case (.jobRescheduled, .running): return situation == .askedToPause ? .paused : .scheduled
        case (.jobRescheduled, .scheduled), (.jobRescheduled, .queued): return .scheduled
        case (.jobRescheduled, .paused): return .paused
        case (.jobWaiting, .running): return situation == .askedToPause ? nil : .waiting
        case (.jobResumed, .waiting): return .queued
        case (.childFinished, _), (.checkpointRefused, _), (.jobForked, _): return phase
        case (.checkpointDecided, _), (.checkpointExpired, _), (.signalReceived, _), (.jobReprioritised, _):
            return phase.isEnded ? nil : phase
        case (.checkpointOpened, .running), (.signalConsumed, .running), (.timerSet, .running),
            (.childSpawned, .running):
            return .running
        case (.jobCompleted, .running): return .completed
        case (.jobFailed, .running): return .failed
        case (.jobRetried, .completed), (.jobRetried, .failed), (.jobRetried, .cancelled): return .queued
        case (.timerFired, .scheduled): return .queued
        case (.stepStarted, .running), (.stepCompleted, .running), (.stepFailed, .running),
            (.stepUnused, .running),
            (.progressUpdated, .running), (.logWritten, .running), (.appEmitted, .running),
            (.artifactSaved, .running),
            (.budgetCharged, .running), (.budgetWarned, .running), (.budgetExceeded, .running):
            return .running
        default: return nil
        }
    }

    /// Gives an event that names a lease the one that the job has.
    private func fitted(_ event: JobEvent, to history: JobHistory) -> JobEvent {
        guard let token = history.token else { return event }
        switch event {
        case .leaseReleased(var released):
            released.token = token
            return .leaseReleased(released)
        case .leaseExpired(var expired):
            expired.token = token
            return .leaseExpired(expired)
        default: return event
        }
    }
}

extension EventKind {
    /// Whether it is a kind of a job's events, and not of the engine's own.
    var isOfJob: Bool {
        !["engine.", "queue.", "schedule.", "bulk.", "request."].contains { rawValue.hasPrefix($0) }
    }
}
