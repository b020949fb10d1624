import HoldfastCore
import HoldfastStore
import HoldfastTesting

extension SampleLog {
    /// Schedules in all states: due, paused, waiting for the end of a job, and one that was removed.
    func schedules() async throws {
        let timing = ScheduleTiming.every(seconds: 60, anchor: clock.timestamp)
        let definition = ScheduleDefinition(
            timing: timing, job: JobEnqueued(kind: "sample.job", input: .null), overlap: .queueOne)
        let cron = ScheduleDefinition(
            timing: .cron(try CronExpression("0 3 * * mon"), zone: "UTC"),
            job: JobEnqueued(kind: "sample.job", input: .null, tags: ["weekly"]))
        try await steer(.set(definition, anchored: true), "every-minute")
        try await steer(.set(definition, anchored: true), "at-rest")
        try await steer(.set(cron, anchored: true), "weekly")
        try await steer(.set(cron, anchored: true), "gone")
        try await steer(.pause(reason: "lunch"), "at-rest")
        try await steer(.remove(reason: nil), "gone")
        try await steer(.run(reason: "late"), "weekly")
        for _ in 1...3 {
            clock.advance(by: .seconds(60))
            try await steer(.fire(grace: .seconds(10)), "every-minute")
        }
    }

    private func steer(_ command: ScheduleCommand, _ name: ScheduleName) async throws {
        try await log.write { transaction in
            _ = try transaction.execute(
                command, on: name, by: .person("ana"), zones: { _ in UTCRules() }, newJob: self.newID)
        }
    }
}
