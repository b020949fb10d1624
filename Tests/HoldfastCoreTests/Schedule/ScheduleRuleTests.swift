import HoldfastCore
import Testing

/// The rules of a schedule's life: what is due is run, queued, made up for or left out.
@Suite("Rules of schedules")
struct ScheduleRuleTests {
    private static let start = Timestamp(microseconds: 1_791_460_800_000_000)
    private static let name: ScheduleName = "tick"

    /// A schedule that is due each minute after the start, and was last looked at then.
    private func state(
        _ overlap: OverlapPolicy = .allow, _ missed: MissedRunPolicy = .once, queued: Bool = false
    ) -> ScheduleState {
        ScheduleState(
            name: Self.name,
            definition: ScheduleDefinition(
                timing: .every(seconds: 60, anchor: Self.start),
                job: JobEnqueued(kind: "sample.job", input: .null), overlap: overlap, missed: missed),
            createdAt: Self.start, setAt: Self.start, nextDue: at(1),
            queued: queued ? .init(due: at(0), missedFrom: nil, behind: job(0)) : nil,
            lastRun: .init(due: at(0), at: at(0), position: EventLogPosition(3), job: job(0), isByHand: false)
        )
    }

    private func at(_ minutes: Int) -> Timestamp { Self.start + .seconds(60 * minutes) }

    private func job(_ number: UInt64) -> JobID { JobID(high: 7, low: number) }

    private func decide(
        _ state: ScheduleState, at now: Timestamp, isBusy: Bool = false
    ) throws -> [ScheduleEvent] {
        try decide(.fire(grace: .seconds(10)), state, at: now, isBusy: isBusy)
    }

    private func decide(
        _ command: ScheduleCommand, _ state: ScheduleState?, at now: Timestamp,
        isBusy: Bool = false, blocker: JobID? = nil
    ) throws -> [ScheduleEvent] {
        var number: UInt64 = 0
        return try ScheduleState.decide(
            command, on: Self.name, state, at: now, in: UTCRules(),
            blocker: blocker ?? (isBusy ? job(0) : nil),
            newJob: {
                number += 1
                return job(number)
            })
    }

    private func fired(_ due: Int, from: Int? = nil, job number: UInt64 = 1, next: Int) -> ScheduleEvent {
        .fired(
            ScheduleFired(
                name: Self.name, due: at(due), missedFrom: from.map(at), job: job(number), nextDue: at(next)))
    }

    private func skipped(
        _ due: Int, from: Int? = nil, _ reason: ScheduleSkipped.Reason, next: Int
    ) -> ScheduleEvent {
        .skipped(
            ScheduleSkipped(
                name: Self.name, due: at(due), from: from.map(at), reason: reason, nextDue: at(next)))
    }

    @Test func `before its moment nothing is due`() throws {
        let early = Timestamp(microseconds: at(1).microseconds - 1)
        for missed in MissedRunPolicy.allCases {
            #expect(try decide(state(.allow, missed), at: early) == [])
            #expect(try decide(state(.allow, missed), at: at(1)) == [fired(1, next: 2)])
        }
    }

    @Test func `missed runs are left out, made up for once, or all made`() throws {
        let late = at(4) + .seconds(30)
        #expect(
            try decide(state(.allow, .skip), at: late) == [skipped(4, from: 1, .missed, next: 5)])
        #expect(try decide(state(.allow, .once), at: late) == [fired(4, from: 1, next: 5)])
        #expect(
            try decide(state(.allow, .all), at: late) == (1...4).map { fired($0, job: UInt64($0), next: 5) })
    }

    @Test func `the newest run is on time while it is late by the grace at most`() throws {
        let skipping = state(.allow, .skip)
        #expect(try decide(skipping, at: at(1) + .seconds(10)) == [fired(1, next: 2)])
        #expect(
            try decide(skipping, at: at(1) + .seconds(10) + .microseconds(1))
                == [skipped(1, .missed, next: 2)])
        #expect(
            try decide(skipping, at: at(3) + .seconds(5))
                == [skipped(2, from: 1, .missed, next: 4), fired(3, next: 4)])
    }

    @Test func `of very many missed runs the newest hundred are made up for`() throws {
        let events = try decide(state(.allow, .all), at: at(10_000))
        #expect(events.count == 101)
        #expect(events.first == skipped(9_900, from: 1, .missed, next: 10_001))
        #expect(events[1] == fired(9_901, next: 10_001))
        #expect(events.last == fired(10_000, job: 100, next: 10_001))
        #expect(try decide(state(.allow, .once), at: at(10_000)) == [fired(10_000, from: 1, next: 10_001)])
    }

    @Test func `while the last job is unfinished the policy decides`() throws {
        #expect(try decide(state(.allow), at: at(1), isBusy: true) == [fired(1, next: 2)])
        #expect(try decide(state(.skip), at: at(1), isBusy: true) == [skipped(1, .overlap, next: 2)])
        #expect(
            try decide(state(.queueOne), at: at(1), isBusy: true)
                == [.queued(ScheduleQueued(name: Self.name, due: at(1), behind: job(0), nextDue: at(2)))])
        #expect(
            try decide(state(.queueOne, queued: true), at: at(1), isBusy: true)
                == [skipped(1, .overlap, next: 2)])
    }

    @Test func `several runs at one moment overlap one another`() throws {
        #expect(
            try decide(state(.skip, .all), at: at(4))
                == [fired(1, next: 5), skipped(4, from: 2, .overlap, next: 5)])
        #expect(
            try decide(state(.queueOne, .all), at: at(4)) == [
                fired(1, next: 5),
                .queued(ScheduleQueued(name: Self.name, due: at(2), behind: job(1), nextDue: at(5))),
                skipped(4, from: 3, .overlap, next: 5),
            ])
    }

    @Test func `a run that waited is made when the job has ended, and not before`() throws {
        let waiting = state(.queueOne, queued: true)
        #expect(try decide(waiting, at: at(0), isBusy: true) == [])
        #expect(try decide(waiting, at: at(0)) == [fired(0, next: 1)])
        #expect(
            try decide(waiting, at: at(1)) == [
                fired(0, next: 2),
                .queued(ScheduleQueued(name: Self.name, due: at(1), behind: job(1), nextDue: at(2))),
            ])
    }

    @Test func `by hand it runs whatever else is, and its next moment stays`() throws {
        var paused = state(.skip)
        paused = try after(try decide(.pause(reason: nil), paused, at: at(0)), paused)
        #expect(paused.isPaused)
        for state in [state(.skip), paused] {
            let events = try decide(.run(reason: "late"), state, at: at(0) + .seconds(7), isBusy: true)
            #expect(
                events == [
                    .fired(
                        ScheduleFired(
                            name: Self.name, due: at(0) + .seconds(7), job: job(1), isByHand: true,
                            reason: "late",
                            nextDue: at(1)))
                ])
        }
    }

    @Test func `a queued run waits for the job before it, and then for one that was run by hand meanwhile`()
        throws
    {
        let waiting = state(.queueOne, queued: true)
        #expect(waiting.waitsFor == job(0))
        let run = try after(try decide(.run(reason: nil), waiting, at: at(0), isBusy: true), waiting)
        #expect(run.queued != nil)
        #expect(run.waitsFor == job(0))
        #expect(run.mayBlock == [job(0), job(1)])
        let fire = ScheduleCommand.fire(grace: .seconds(10))
        #expect(try decide(fire, run, at: at(0), blocker: job(0)) == [])
        let behind = try after(try decide(fire, run, at: at(0), blocker: job(1)), run)
        #expect(behind.waitsFor == job(1))
        #expect(behind.queued?.due == waiting.queued?.due)
        #expect(try decide(fire, behind, at: at(0), blocker: job(1)) == [])
    }

    @Test func `a run by hand does not hide an unfinished job from the policy`() throws {
        let first = try after(try decide(state(.skip), at: at(1)), state(.skip))
        #expect(first.mayBlock == [job(1)])
        let byHand = ScheduleEvent.fired(
            ScheduleFired(name: Self.name, due: at(1), job: job(2), isByHand: true, nextDue: at(2)))
        let second = ScheduleEvent.fired(
            ScheduleFired(name: Self.name, due: at(1), job: job(3), isByHand: true, nextDue: at(2)))
        #expect(try after([byHand, second], first).mayBlock == [job(1), job(3)])
        let next = ScheduleEvent.fired(
            ScheduleFired(name: Self.name, due: at(2), job: job(4), nextDue: at(3)))
        #expect(try after([byHand, next], first).mayBlock == [job(4)])
    }

    @Test func `paused it does nothing, and what fell due meanwhile is left out`() throws {
        let paused = try after(try decide(.pause(reason: "lunch"), state(), at: at(0)), state())
        #expect(try decide(paused, at: at(9)) == [])
        #expect(try decide(.pause(reason: "again"), paused, at: at(1)) == [])
        #expect(
            try decide(.resume(reason: "back"), paused, at: at(3) + .seconds(5)) == [
                skipped(3, from: 1, .paused, next: 4),
                .resumed(ScheduleResumed(name: Self.name, reason: "back", nextDue: at(4))),
            ])
        #expect(
            try decide(.resume(reason: nil), paused, at: at(0))
                == [.resumed(ScheduleResumed(name: Self.name, nextDue: at(1)))])
        #expect(try decide(.resume(reason: nil), state(), at: at(0)) == [])
    }

    @Test func `set again it writes nothing, and a change of times begins anew`() throws {
        let old = state()
        #expect(try decide(.set(old.definition, anchored: true), old, at: at(5)) == [])
        var definition = old.definition
        definition.timing = .every(seconds: 60, anchor: at(5))
        // An interval of the same length goes on, unless somebody gave it an anchor.
        #expect(try decide(.set(definition, anchored: false), old, at: at(5)) == [])
        #expect(
            try decide(.set(definition, anchored: true), old, at: at(5))
                == [.set(ScheduleSet(name: Self.name, definition: definition, nextDue: at(6)))])
        definition = old.definition
        definition.overlap = .queueOne
        #expect(
            try decide(.set(definition, anchored: false), old, at: at(5))
                == [.set(ScheduleSet(name: Self.name, definition: definition, nextDue: at(1)))])
        #expect(
            try decide(.set(definition, anchored: false), nil, at: at(5))
                == [.set(ScheduleSet(name: Self.name, definition: definition, nextDue: at(6)))])
    }

    @Test(arguments: [
        ScheduleCommand.remove(reason: nil), .pause(reason: nil), .resume(reason: nil), .run(reason: nil),
        .fire(grace: .zero),
    ])
    func `a schedule that is not there is named`(command: ScheduleCommand) {
        #expect(throws: ScheduleRejection.unknownSchedule(Self.name)) { try decide(command, nil, at: at(0)) }
    }

    @Test func `an event of a schedule that is not there stops the fold`() {
        let event = ScheduleEvent.removed(ScheduleRemoved(name: Self.name))
        #expect(throws: IllegalTransition.self) {
            try ScheduleState.applying(event, of: recorded(event), to: nil)
        }
    }

    @Test func `an interval comes at its anchor and every so long after it`() {
        let timing = ScheduleTiming.every(seconds: 90, anchor: Self.start)
        let before = Self.start + .seconds(-500)
        #expect(timing.next(after: before, in: UTCRules()) == Self.start)
        #expect(timing.next(after: Self.start, in: UTCRules()) == Self.start + .seconds(90))
        #expect(timing.next(after: Self.start + .seconds(89), in: UTCRules()) == Self.start + .seconds(90))
        #expect(timing.next(after: Self.start + .seconds(90), in: UTCRules()) == Self.start + .seconds(180))
        #expect(timing.next(after: .distantFuture, in: UTCRules()) == nil)
    }

    private func after(_ events: [ScheduleEvent], _ state: ScheduleState) throws -> ScheduleState {
        var state: ScheduleState? = state
        for event in events { state = try ScheduleState.applying(event, of: recorded(event), to: state) }
        return try #require(state)
    }

    private func recorded(_ event: ScheduleEvent) -> RecordedEvent {
        RecordedEvent(
            position: EventLogPosition(9), job: nil, version: nil, at: Self.start, attempt: nil,
            actor: .person("ana"), event: .engine(.schedule(event)))
    }
}
