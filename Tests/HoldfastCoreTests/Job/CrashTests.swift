import HoldfastCore
import Testing

/// Crashes (P7): counted apart from errors, and a job that only crashes is paused.
struct CrashTests {
    @Test(arguments: LeaseLoss.allCases)
    func `a crash gives the job back in the same attempt and says how it was found`(cause: LeaseLoss) throws {
        let job = try given(.enqueued(), .started(worker: "worker-9"))
            .when(.expireLease(.given(inVersion: 2), cause, crashLimit: 5))
            .then(.leaseExpired(LeaseExpired(token: .given(inVersion: 2), worker: "worker-9", cause: cause)))
        #expect(try job.phase() == .queued(since: JobHistory.start + .seconds(2)))
        #expect(try job.state().attempt == 1)
        #expect(try job.state().crashes == 1)
        #expect(try job.state().lastFailure == nil)
    }

    @Test func `a lease is expired once`() throws {
        let job = try given(.enqueued(), .started()).when(.expire(.given(inVersion: 2)))
            .then(.crashed(startedIn: 2))
        job.when(.expire(.given(inVersion: 2))).then(.leaseLost)
    }

    @Test(arguments: 1...6)
    func `the crash that reaches the limit pauses the job`(limit: Int) throws {
        var job = try given(.enqueued())
        for crash in 1...limit {
            job = try job.and(.started())
            let version = try job.state().version
            let decision = job.when(.expire(.given(inVersion: version), crashLimit: limit))
            if crash < limit {
                job = try decision.then(.crashed(startedIn: version))
                #expect(try job.phase().name == .queued)
            } else {
                let reason = "\(limit) crashes in a row without a newly recorded step, decision or signal"
                job = try decision.then(.crashed(startedIn: version), .paused(reason: reason))
                #expect(try job.phase().name == .paused)
            }
            #expect(try job.state().crashes == crash)
        }
        #expect(try job.state().attempt == 1)
        job.when(.start()).then(.notPossible(in: .paused))
    }

    @Test func `a newly recorded step starts the count again`() throws {
        let job = try given(
            .enqueued(), .started(), .crashed(startedIn: 2), .started(), .stepCompleted(StepKey("a")),
            .crashed(startedIn: 4))
        #expect(try job.state().crashes == 1)
        try job.and(.started()).when(.expire(.given(inVersion: 7), crashLimit: 3))
            .then(.crashed(startedIn: 7))
    }

    @Test(arguments: [
        JobEvent.checkpointDecided(CheckpointDecided(checkpoint: .gate, choice: .approve)),
        .signalReceived(SignalReceived(signal: .signal, payload: .null)),
    ])
    func `a decision and a signal start the count again`(event: JobEvent) throws {
        let job = try given(
            .enqueued(), .started(), .checkpointOpened(), .crashed(startedIn: 2), .started())
        #expect(try job.state().crashes == 1)
        let told = try job.and(event)
        #expect(try told.state().crashes == 0)
        told.when(.expire(.given(inVersion: 5), crashLimit: 1)).expectPause()
        try told.when(.expire(.given(inVersion: 5), crashLimit: 2)).then(.crashed(startedIn: 5))
    }

    @Test(arguments: [
        [JobEvent.stepStarted(StepKey("a"))], [.stepFailed(StepKey("a"))],
        [.progressUpdated(Progress(.fraction(0.9)))],
        [.logWritten(LogWritten(level: .info, message: "alive"))],
    ])
    func `what records no result does not start the count again`(events: [JobEvent]) throws {
        let job = try given(.enqueued(), .started(), .crashed(startedIn: 2), .started()).and(events)
        job.when(.expire(.given(inVersion: 4), crashLimit: 2)).expectPause()
    }

    @Test func `a drain in between does not hide a row of crashes`() throws {
        try given(
            .enqueued(), .started(), .crashed(startedIn: 2), .started(), .released(startedIn: 4), .started()
        )
        .when(.expire(.given(inVersion: 6), crashLimit: 2)).expectPause()
    }

    @Test func `a thrown error starts the count again`() throws {
        let job = try given(.enqueued(), .started(), .crashed(startedIn: 2), .started(), .attemptFailed())
        #expect(try job.state().crashes == 0)
    }

    @Test func `whoever resumes the job or opens a new life starts the count again`() throws {
        let crashed = try given(.enqueued(), .started(), .crashed(startedIn: 2))
        #expect(try crashed.and(.paused(), .unpaused()).state().crashes == 0)
        #expect(try crashed.and(.cancelled(), .retried()).state().crashes == 0)
    }

    @Test func `a crash ends a job that was asked to stop, whatever the limit says`() throws {
        let asked = try given(.enqueued(), .started(), .cancelRequested(reason: "duplicate"))
        for limit in [1, 5] {
            let job = try asked.when(.expire(.given(inVersion: 2), crashLimit: limit))
                .then(.crashed(startedIn: 2), .cancelled(reason: "duplicate"))
            #expect(try job.phase().name == .cancelled)
        }
    }
}

extension JobDecision {
    fileprivate func expectPause(sourceLocation: SourceLocation = #_sourceLocation) {
        let kinds = (try? outcome.get())?.map(\.kind)
        #expect(kinds == [.leaseExpired, .jobPaused], sourceLocation: sourceLocation)
    }
}
