import HoldfastCore
import Testing

/// Steps (P2): a result is recorded once and found again by name and occurrence.
struct StepTests {
    private let insert = StepKey("insert", occurrence: 2)
    private let output = Payload.inline(JSONText(unchecked: #"{"rows":500}"#))

    private func running() throws -> JobSpec { try given(.enqueued(), .started()) }

    /// The step as the log of this job holds it.
    private func record(_ key: StepKey, in job: JobSpec) -> StepRecord? { job.history.steps[key] }

    @Test func `a step begins and its result is recorded`() throws {
        let started = try running().when(worker: .startStep(insert, recorded: nil)).then(.stepStarted(insert))
        let before = try #require(record(insert, in: started))
        #expect(before.status == .started)
        #expect(!before.isCompleted)
        #expect(before.result == nil)

        let command = WorkCommand.completeStep(insert, output: output, duration: 42, recorded: before)
        let done = try started.when(worker: command)
            .then(.stepCompleted(insert, output: output, duration: 42))
        let after = try #require(record(insert, in: done))
        #expect(after.status == .completed(at: JobHistory.position(ofVersion: 4), duration: 42))
        #expect(after.result == JobHistory.position(ofVersion: 4))
        #expect(after.isCompleted)
        #expect(after.startedAt == JobHistory.start + .seconds(2))
        #expect(after.changedAt == JobHistory.start + .seconds(3))
        #expect(after.failures == 0)
        #expect(after.attempt == 1)
        #expect(try done.state().recordedSteps == 1)
    }

    @Test func `a result may be recorded without a beginning`() throws {
        let done = try running()
            .when(worker: .completeStep(insert, output: output, duration: 42, recorded: nil))
            .then(.stepCompleted(insert, output: output, duration: 42))
        #expect(record(insert, in: done)?.isCompleted == true)
    }

    @Test func `the failures of steps are counted within an attempt, also over crashes`() throws {
        let failed = try running().and(.stepFailed(insert), .stepFailed(StepKey("other")))
        #expect(try failed.state().stepFailures == 2)
        let crashed = try failed.and(.crashed(startedIn: 2), .started())
        #expect(try crashed.state().stepFailures == 2)
        let next = try crashed.and(.attemptFailed())
        #expect(try next.state().stepFailures == 0)
    }

    @Test func `a recorded step is neither begun, nor recorded, nor failed again`() throws {
        let job = try running().and(.stepStarted(insert), .stepCompleted(insert))
        let recorded = try #require(record(insert, in: job))
        job.when(worker: .startStep(insert, recorded: recorded)).then(.stepRecorded(insert))
        job.when(worker: .completeStep(insert, output: output, duration: 1, recorded: recorded))
            .then(.stepRecorded(insert))
        job.when(worker: .failStep(insert, .sample, retryAt: nil, recorded: recorded))
            .then(.stepRecorded(insert))
    }

    @Test func `the occurrence tells steps of one name apart`() throws {
        let first = StepKey("insert", occurrence: 1)
        let job = try running().and(.stepCompleted(first))
        #expect(record(insert, in: job) == nil)
        try job.when(worker: .completeStep(insert, output: output, duration: 1, recorded: nil))
            .then(.stepCompleted(insert, output: output, duration: 1))
        #expect(first != insert)
        #expect(first == StepKey("insert"))
        #expect(insert.description == "insert#2")
    }

    @Test func `a step that died before its result was recorded may run again`() throws {
        let job = try running().and(.stepStarted(insert), .crashed(startedIn: 2), .started())
        try job.when(worker: .startStep(insert, recorded: record(insert, in: job))).then(.stepStarted(insert))
    }

    @Test func `a failed step can complete later, in this attempt and in the next`() throws {
        let due = Situation.due
        let failed = try running().and(.stepStarted(insert))
            .when(worker: .failStep(insert, .sample, retryAt: due, recorded: nil))
            .then(.stepFailed(insert, retryAt: due))
        let record = try #require(failed.history.steps[insert])
        #expect(record.status == .failed(at: JobHistory.position(ofVersion: 4), retryAt: due))
        #expect(record.failures == 1)
        #expect(!record.isCompleted)
        try failed.when(worker: .startStep(insert, recorded: record)).then(.stepStarted(insert))
        try failed.when(worker: .completeStep(insert, output: output, duration: 1, recorded: record))
            .then(.stepCompleted(insert, output: output, duration: 1))

        let next = try failed.and(.attemptFailed(), .started(), .stepStarted(insert), .stepFailed(insert))
        #expect(next.history.steps[insert]?.failures == 2)
        #expect(next.history.steps[insert]?.attempt == 2)
        #expect(next.history.steps[insert]?.startedAt == record.startedAt)
        let done = try next.and(.stepStarted(insert), .stepCompleted(insert))
        #expect(done.history.steps[insert]?.failures == 2)
        #expect(done.history.steps[insert]?.isCompleted == true)
        #expect(try done.state().recordedSteps == 1)
    }

    @Test func `steps that the code no longer asks for are reported and keep their results`() throws {
        let other = StepKey("parse")
        let job = try running().and(.stepCompleted(insert, duration: 7), .stepCompleted(other))
        let reported = try job.when(worker: .reportUnused([insert, other]))
            .then(.stepUnused(insert), .stepUnused(other))
        let record = try #require(reported.history.steps[insert])
        #expect(record.status == .unused(result: JobHistory.position(ofVersion: 3), duration: 7))
        #expect(record.result == JobHistory.position(ofVersion: 3))
        #expect(record.isCompleted)
        #expect(try reported.state().recordedSteps == 2)
        reported.when(worker: .startStep(insert, recorded: record)).then(.stepRecorded(insert))
    }

    @Test func `no unused steps are nothing to report`() throws {
        try running().when(worker: .reportUnused([])).thenNothing()
    }

    @Test func `a step that has no result keeps its status when it is reported`() throws {
        let started = try running().and(.stepStarted(insert), .stepUnused(insert))
        #expect(started.history.steps[insert]?.status == .started)
        let failed = try running().and(.stepFailed(insert), .stepUnused(insert))
        #expect(failed.history.steps[insert]?.status.name == "failed")
    }

    @Test func `events about no step leave a record as it is`() throws {
        let history = try running().and(.stepStarted(insert)).history
        let record = history.steps[insert]
        for event in [JobEvent.completed(), .progressUpdated(Progress()), .attemptFailed()] {
            #expect(event.step == nil)
            #expect(StepRecord.applying(history.next(event), to: record) == record)
            #expect(StepRecord.applying(history.next(event), to: nil) == nil)
        }
    }

    @Test func `every status has the name that is stored`() {
        let position = JobHistory.position(ofVersion: 3)
        #expect(StepRecord.Status.started.name == "started")
        #expect(StepRecord.Status.completed(at: position, duration: 1).name == "completed")
        #expect(StepRecord.Status.failed(at: position, retryAt: nil).name == "failed")
        #expect(StepRecord.Status.unused(result: position, duration: 1).name == "unused")
    }
}
