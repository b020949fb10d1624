import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let schedule: [ConformanceCase] = [
        ConformanceCase(.schedule, "schedules are kept, listed by name, changed and removed") { log in
            for name in ["c", "a", "b", "a b"] as [ScheduleName] { try await log.setSchedule(name) }
            try await log.steer(.pause(reason: "lunch"), "b")
            try await log.steer(.remove(reason: nil), "c")
            try await log.setSchedule("a", every: 30)
            let (all, second, one) = try await log.log.read { reader in
                (
                    try reader.schedules(after: nil, limit: 9),
                    try reader.schedules(after: "a", limit: 1), try reader.schedule("a")
                )
            }
            #expect(all.map(\.name) == ["a", "a b", "b"])
            #expect(all.map(\.isPaused) == [false, false, true])
            #expect(second.map(\.name) == ["a b"])
            #expect(one == all[0])
            #expect(one?.definition.timing == .every(seconds: 30, anchor: ManualClock.start))
            try await log.expectFoldedProjections()
            try await log.expectSoundChain()
        },
        ConformanceCase(.schedule, "what is due comes with the earliest first, and the paused never") { log in
            let start = ManualClock.start
            try await log.setSchedule("late", every: 90)
            try await log.setSchedule("early", every: 30)
            try await log.setSchedule("paused", every: 10)
            try await log.steer(.pause(reason: nil), "paused")
            #expect(try await log.agenda() == ScheduleAgenda(nextDue: start + .seconds(30), waiting: [:]))
            for (seconds, names) in [(29, []), (30, ["early"]), (90, ["early", "late"])]
                as [(Int, [ScheduleName])]
            {
                log.clock.advance(to: .init(start + .seconds(seconds)))
                #expect(try await log.log.write { try $0.dueSchedules(limit: 9) } == names)
            }
            #expect(try await log.log.write { try $0.dueSchedules(limit: 1) } == ["early"])
        },
        ConformanceCase(
            .schedule, "a run and its job are one transaction, and a run waits for the end of a job"
        ) {
            log in
            try await log.setSchedule("tick", every: 60)
            for _ in 1...2 {
                log.clock.advance(by: .seconds(60))
                try await log.steer(.fire(grace: .zero), "tick")
            }
            let state = try #require(try await log.log.read { try $0.schedule("tick") })
            let job = try #require(state.lastRun?.job)
            #expect(state.waitsFor == job)
            #expect(try await log.agenda().waiting == ["tick": job])
            #expect(try await log.state(job).phase.name == .queued)
            let events = try await log.events()
            #expect(
                events.map(\.kind) == ["schedule.set", "job.enqueued", "schedule.fired", "schedule.queued"])
            #expect(events[1].actor == .schedule("tick"))
            try await log.execute(.steer(.cancel(reason: nil)), on: job)
            try await log.steer(.fire(grace: .zero), "tick")
            #expect(try await log.agenda().waiting == [:])
            #expect(try await log.events(EventQuery(kinds: [.jobEnqueued])).count == 2)
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.schedule, "a command that fails leaves schedules as the one before it left them") {
            log in
            try await log.setSchedule("kept")
            let before = try await log.log.read { try $0.schedules(after: nil, limit: 9) }
            let ids = (0..<4).map { _ in log.newID() }
            let outcomes = try await log.together([
                { transaction in
                    try transaction.steer(.remove(reason: nil), "kept", ids[0])
                    try transaction.steer(.set(.sample(every: 5), anchored: true), "fresh", ids[0])
                    throw ChangeOfMind()
                },
                { try $0.steer(.run(reason: nil), "kept", ids[1]) },
                { transaction in
                    try transaction.steer(.run(reason: nil), "kept", ids[2])
                    try transaction.steer(.pause(reason: nil), "kept", ids[2])
                    throw ChangeOfMind()
                },
                { try demand(try $0.schedule("kept")?.lastRun?.job == ids[1]) },
                { try demand(try $0.schedule("fresh") == nil) },
            ])
            #expect(outcomes.map { $0 == nil } == [false, true, false, true, true])
            let after = try await log.log.read { try $0.schedules(after: nil, limit: 9) }
            #expect(after.map(\.name) == before.map(\.name))
            #expect(after[0].lastRun?.job == ids[1])
            #expect(try await log.log.read { try $0.jobs(JobQuery()) }.map(\.id) == [ids[1]])
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.schedule, "what another process did to a schedule is known in the next transaction")
        { log in
            try await log.setSchedule("tick", every: 60)
            let other = try log.openAgain()
            log.clock.advance(by: .seconds(60))
            let ids = [log.newID(), log.newID()]
            #expect(try await other.write { try $0.fire("tick", ids[0]) } == 1)
            #expect(try await log.log.write { try $0.fire("tick", ids[1]) } == 0)
            #expect(try await log.log.read { try $0.jobs(JobQuery()) }.map(\.id) == [ids[0]])
        },
    ]
}

extension ScheduleDefinition {
    fileprivate static func sample(every seconds: Int64) -> ScheduleDefinition {
        ScheduleDefinition(
            timing: .every(seconds: seconds, anchor: ManualClock.start), job: .sample(), overlap: .queueOne)
    }
}

extension ConformanceLog {
    fileprivate func setSchedule(_ name: ScheduleName, every seconds: Int64 = 3600) async throws {
        try await steer(.set(.sample(every: seconds), anchored: true), name)
    }

    fileprivate func steer(_ command: ScheduleCommand, _ name: ScheduleName) async throws {
        let id = newID()
        try await log.write { try $0.steer(command, name, id) }
    }

    fileprivate func agenda() async throws -> ScheduleAgenda {
        try await log.read { try $0.scheduleAgenda() }
    }
}

extension LogTransaction {
    fileprivate func steer(_ command: ScheduleCommand, _ name: ScheduleName, _ id: JobID) throws {
        try execute(command, on: name, by: .ana, zones: { _ in UTCRules() }, newJob: { id })
    }

    /// Fires a schedule, and tells how much followed.
    fileprivate func fire(_ name: ScheduleName, _ id: JobID) throws -> Int {
        try execute(
            .fire(grace: .zero), on: name, by: .ana, zones: { _ in UTCRules() }, newJob: { id }
        ).count
    }
}
