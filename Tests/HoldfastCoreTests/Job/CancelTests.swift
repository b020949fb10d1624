import HoldfastCore
import Testing

/// Cancelling: at once where nobody runs the job, else by asking its handler.
struct CancelTests {
    private let ana = EventActor.person("ana")

    @Test(arguments: [Situation.scheduled, .queued, .paused, .pausedEarly])
    func `a job that nobody runs is cancelled at once`(situation: Situation) throws {
        let job = try situation.specification()
        let cancelled = try job.when(person: .cancel(reason: "duplicate"))
            .then(.cancelled(reason: "duplicate"), by: ana)
        #expect(try cancelled.phase() == .cancelled(at: job.history.time, by: ana, reason: "duplicate"))
    }

    @Test func `a running job is asked and goes on until its handler gives way`() throws {
        let running = try given(.enqueued(), .started())
        let asked = try running.when(person: .cancel(reason: "duplicate"))
            .then(.cancelRequested(reason: "duplicate"), by: ana)
        guard case .running(let phase) = try asked.phase() else {
            Issue.record("the job should still run")
            return
        }
        #expect(phase.token == running.history.token)
        #expect(phase.cancelRequest?.actor == ana)
        #expect(phase.cancelRequest?.reason == "duplicate")
        #expect(phase.cancelRequest?.at == running.history.time)
        try asked.when(worker: .updateProgress(Progress(.fraction(0.5))))
            .then(.progressUpdated(Progress(.fraction(0.5))))
        try asked.when(worker: .completeStep(StepKey("a"), output: .null, duration: 5, recorded: nil))
            .then(.stepCompleted(StepKey("a")))
    }

    @Test func `the first request counts`() throws {
        try given(.enqueued(), .started(), .cancelRequested(reason: "duplicate"))
            .when(person: .cancel(reason: "another reason")).thenNothing()
    }

    @Test func `a later request counts when it leaves less time, and keeps the reason`() throws {
        let asked = try given(.enqueued(), .started(), .cancelRequested(reason: "duplicate"))
        let deadline = asked.history.time + .seconds(10)
        let tightened = try asked.when(person: .cancel(reason: nil, within: .seconds(10)))
            .then(.cancelRequested(JobCancelRequested(reason: "duplicate", deadline: deadline)), by: ana)
        #expect(try tightened.state().dueAt == deadline)
        try tightened.when(person: .cancel(reason: "later", within: .seconds(10))).thenNothing()
        try tightened.when(person: .cancel(reason: "whenever")).thenNothing()
    }

    @Test func `a cancelled job is cancelled already`() throws {
        try given(.enqueued(), .cancelled(reason: "duplicate")).when(person: .cancel(reason: "again"))
            .thenNothing()
    }

    @Test func `what has ended otherwise cannot be cancelled`() throws {
        try given(.enqueued(), .started(), .completed()).when(person: .cancel(reason: nil))
            .then(.ended(.completed))
        try given(.enqueued(), .started(), .failed()).when(person: .cancel(reason: nil)).then(.ended(.failed))
    }

    @Test(arguments: [
        WorkCommand.failAttempt(.sample, .byPolicy(random: 0)), .failAttempt(.sample, .at(Situation.due)),
        .failAttempt(.sample, .discard), .snooze(until: Situation.due, reason: "later"),
        .release(reason: "drain"),
    ])
    func `a handler that stops after a request is cancelled with the reason of the request`(
        command: WorkCommand
    ) throws {
        let job = try given(.enqueued(), .started(), .cancelRequested(reason: "duplicate"))
            .when(worker: command).then(.cancelled(reason: "duplicate"))
        #expect(try job.phase().name == .cancelled)
        #expect(try job.state().attempt == 1)
    }

    @Test func `a handler that returns after a request has completed the job`() throws {
        let output = Payload.inline(JSONText(unchecked: "7"))
        try given(.enqueued(), .started(), .cancelRequested())
            .when(worker: .complete(output: output)).then(.completed(JobCompleted(output: output)))
    }

    @Test func `a handler may cancel its job on its own account`() throws {
        let job = try given(.enqueued(), .started()).when(person: .cancel(reason: "refused")).recorded()
        #expect(try job.phase().name == .running, "a person's request leaves it running")
        let worker = EventActor.worker("worker-1")
        let running = try given(.enqueued(), .started())
        let cancelled = try running.when(worker: .cancel(reason: "refused"))
            .then(.cancelled(reason: "refused"), by: worker)
        #expect(try cancelled.phase() == .cancelled(at: running.history.time, by: worker, reason: "refused"))
    }

    @Test func `the reason of a handler goes before that of the request`() throws {
        let asked = try given(.enqueued(), .started(), .cancelRequested(reason: "duplicate"))
        try asked.when(worker: .cancel(reason: "rolled back")).then(.cancelled(reason: "rolled back"))
        try asked.when(worker: .cancel(reason: nil)).then(.cancelled(reason: "duplicate"))
    }

    @Test func `a request ends with its life`() throws {
        let job = try given(.enqueued(), .started(), .cancelRequested(), .cancelled(), .retried(), .started())
        guard case .running(let phase) = try job.phase() else {
            Issue.record("the job should run")
            return
        }
        #expect(phase.cancelRequest == nil)
    }
}
