import HoldfastCore
import Testing

/// A job's stream: one job, one beginning, no gaps.
struct StreamTests {
    @Test func `enqueueing begins a job with everything it keeps`() throws {
        let event = JobEnqueued(
            kind: "ledger.import", handlerVersion: 3, queue: "imports", priority: .high,
            input: .inline(JSONText(unchecked: #"{"file":"a"}"#)), key: "ledger-2026-10", owner: "ana",
            tags: ["eu", "nightly"], retry: .none)
        let state = try JobSpec().when(.enqueue(event)).then(.enqueued(event)).state()
        #expect(state.id == JobHistory().job)
        #expect(state.origin.kind == "ledger.import")
        #expect(state.origin.handlerVersion == 3)
        #expect(state.origin.queue == "imports")
        #expect(state.origin.key == "ledger-2026-10")
        #expect(state.origin.owner == "ana")
        #expect(state.origin.tags == ["eu", "nightly"])
        #expect(state.origin.retry == .none)
        #expect(state.origin.enqueuedAt == JobHistory.start)
        #expect(state.priority == .high)
        #expect(state.version == 1)
        #expect(state.life == 1)
        #expect(state.attempt == 1)
        #expect(state.crashes == 0)
        #expect(state.recordedSteps == 0)
        #expect(state.progress == nil)
        #expect(state.lastFailure == nil)
        #expect(state.startedAt == nil)
        #expect(state.phase == .queued(since: JobHistory.start))
    }

    @Test(arguments: [Int64?.none, -1, 0, 1, 2, 4, .max])
    func `an event at any version but the next is refused`(version: Int64?) throws {
        let history = try given(.enqueued(), .started()).history
        var state = try #require(history.state)
        let recorded = changed(history.next(.completed()), version: version)
        #expect(throws: IllegalTransition.self) { try state.apply(recorded) }
        #expect(state == history.state)
    }

    @Test func `the next version is accepted`() throws {
        let history = try given(.enqueued(), .started()).history
        let state = try JobState.applying(changed(history.next(.completed()), version: 3), to: history.state)
        #expect(state.version == 3)
    }

    @Test(arguments: [Int64?.none, 0, 2])
    func `a stream begins at version 1`(version: Int64?) {
        let first = changed(JobHistory().next(.enqueued()), version: version)
        #expect(throws: IllegalTransition.self) { try JobState.applying(first, to: nil) }
    }

    @Test func `a stream belongs to a job`() {
        let next = JobHistory().next(.enqueued())
        let recorded = RecordedEvent(
            position: next.position, job: nil, version: 1, at: next.at, attempt: 1, actor: next.actor,
            event: next.event)
        #expect(throws: IllegalTransition.self) { try JobState.applying(recorded, to: nil) }
    }

    @Test func `an event of another job is refused`() throws {
        let history = try given(.enqueued(), .started()).history
        let next = history.next(.completed())
        for stranger in [JobID(at: JobHistory.start, random: 2), nil] {
            let recorded = RecordedEvent(
                position: next.position, job: stranger, version: next.version, at: next.at,
                attempt: next.attempt,
                actor: next.actor, event: next.event)
            var state = try #require(history.state)
            #expect(throws: IllegalTransition.self) { try state.apply(recorded) }
            #expect(state == history.state)
        }
    }

    @Test func `a rejection says in one sentence why`() {
        #expect(JobRejection.unknownJob.description == "there is no such job")
        #expect(JobRejection.alreadyExists.description == "a job of this id exists already")
        #expect(JobRejection.leaseLost.description == "the lease is held by another worker or has ended")
        #expect(JobRejection.ended(.failed).description == "the job has ended: it is failed")
        #expect(
            JobRejection.notPossible(in: .paused).description
                == "that is not possible while the job is paused")
        #expect(
            JobRejection.stepRecorded(StepKey("insert", occurrence: 2)).description
                == "the result of step insert#2 is recorded already")
    }

    private func changed(_ event: RecordedEvent, version: Int64?) -> RecordedEvent {
        RecordedEvent(
            position: event.position, job: event.job, version: version, at: event.at, attempt: event.attempt,
            actor: event.actor, event: event.event)
    }
}
