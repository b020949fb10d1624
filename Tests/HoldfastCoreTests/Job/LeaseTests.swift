import HoldfastCore
import Testing

/// One holder at a time (P3): the lease is the position of the claim.
struct LeaseTests {
    @Test func `a claim gives the lease that is named by its position`() throws {
        let job = try given(.enqueued())
            .when(.start(worker: "worker-7", engine: "engine-3"))
            .then(.started(JobStarted(worker: "worker-7", engine: "engine-3")))
        guard case .running(let running) = try job.phase() else {
            Issue.record("the job should run")
            return
        }
        #expect(running.token == LeaseToken(JobHistory.position(ofVersion: 2)))
        #expect(running.worker == "worker-7")
        #expect(running.engine == "engine-3")
        #expect(running.since == JobHistory.start + JobHistory.tick)
        #expect(running.cancelRequest == nil)
    }

    @Test func `a running job is not claimed again`() throws {
        try given(.enqueued(), .started()).when(.start(worker: "worker-2", engine: "engine-1"))
            .then(.notPossible(in: .running))
    }

    @Test func `the first claim of all lives is kept as the start`() throws {
        let first = JobHistory.start + JobHistory.tick
        let job = try given(.enqueued(), .started(), .completed(), .retried(), .started())
        #expect(try job.state().startedAt == first)
    }

    @Test(arguments: CommandSample.allCases.filter(\.isOfHolder))
    func `a stale token writes nothing`(sample: CommandSample) throws {
        let stale = try given(.enqueued(), .started())
        let command = sample.command(for: stale.history)
        try stale.and(.released(startedIn: 2), .started()).when(command).then(.leaseLost)
        try stale.and(.crashed(startedIn: 2), .started()).when(command).then(.leaseLost)
        try stale.and(.attemptFailed(), .started()).when(command).then(.leaseLost)
        try stale.and(.completed(), .retried(), .started()).when(command).then(.leaseLost)
    }

    @Test(arguments: CommandSample.allCases.filter(\.isOfHolder))
    func `a token writes nothing once the lease has ended`(sample: CommandSample) throws {
        let holder = try given(.enqueued(), .started())
        let command = sample.command(for: holder.history)
        for end in [
            JobEvent.released(startedIn: 2), .crashed(startedIn: 2), .attemptFailed(), .completed(),
            .failed(),
            .cancelled(), .rescheduled(until: Situation.due),
        ] {
            try holder.and(end).when(command).then(.leaseLost)
        }
    }

    @Test(arguments: CommandSample.allCases.filter(\.isOfHolder))
    func `a token from the future writes nothing`(sample: CommandSample) throws {
        let later = try given(.enqueued(), .started(), .released(startedIn: 2), .started())
        try given(.enqueued(), .started()).when(sample.command(for: later.history)).then(.leaseLost)
    }

    @Test func `the same worker with an older token is as stale as any other`() throws {
        try given(
            .enqueued(), .started(worker: "worker-1"), .crashed(startedIn: 2), .started(worker: "worker-1")
        )
        .when(.work(.given(inVersion: 2), .complete(output: .null)))
        .then(.leaseLost)
    }

    @Test func `a release gives the job back in the same attempt`() throws {
        let job = try given(.enqueued(), .started())
            .when(worker: .release(reason: "drain"))
            .then(.leaseReleased(LeaseReleased(token: .given(inVersion: 2), reason: "drain")))
        #expect(try job.phase() == .queued(since: JobHistory.start + .seconds(2)))
        #expect(try job.state().attempt == 1)
        #expect(try job.state().crashes == 0)
    }

    @Test func `the log is refused when it ends a lease that the job does not have`() throws {
        let job = try given(.enqueued(), .started())
        #expect(throws: IllegalTransition.self) { try job.and(.released(startedIn: 1)) }
        #expect(throws: IllegalTransition.self) { try job.and(.crashed(startedIn: 1)) }
        let again = try job.and(.released(startedIn: 2), .started())
        #expect(throws: IllegalTransition.self) { try again.and(.released(startedIn: 2)) }
        #expect(throws: IllegalTransition.self) { try again.and(.crashed(startedIn: 2)) }
    }
}

extension CommandSample {
    /// Whether the command carries a lease token.
    fileprivate var isOfHolder: Bool {
        switch command(for: JobHistory()) {
        case .work, .expireLease: true
        default: false
        }
    }
}
