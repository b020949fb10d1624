import HoldfastCore
import HoldfastStore

// A life that a schedule began.
extension RecordedLife {
    static let scheduled = [
        RecordedLife("begun-by-a-schedule") { job in
            let definition = ScheduleDefinition(
                timing: .every(seconds: 60, anchor: job.now), job: .ledger(), overlap: .queueOne)
            try await job.schedule(.set(definition, anchored: true))
            try await job.schedule(.pause(reason: "the bank is closed"))
            job.wait(.seconds(70))
            try await job.schedule(.resume(reason: nil))
            job.wait(.seconds(60))
            try await job.schedule(.fire(grace: .seconds(10)), by: .engine("engine-1"))
            let shift = try await job.start()
            job.wait(.seconds(60))
            try await job.schedule(.fire(grace: .seconds(10)), by: .engine("engine-1"))
            try await job.schedule(.remove(reason: "moved"))
            try await shift.complete("null")
        }
    ]
}
