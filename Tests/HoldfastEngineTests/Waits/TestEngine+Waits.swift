import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting

extension TestEngine {
    /// Lets the time pass after which waiting jobs are put away, and returns when the log says so.
    ///
    /// A branch that opens its wait while the clock moves makes the time begin anew, so it may pass more than once.
    func park(_ job: JobID? = nil, count: Int = 1) async throws {
        let ticks = Task { [clock, wait = engine.configuration.waitingGrace] in
            while true {
                let due = clock.timestamp + wait
                try await clock.timer(at: due)
                clock.advance(to: .init(due))
            }
        }
        defer { ticks.cancel() }
        try await reached(.jobWaiting, of: job, count: count)
    }

    /// Pauses a job and takes that back in one transaction, once nothing of its run goes on but waits and held steps.
    func pauseBriefly(_ job: JobID) async throws {
        try await clock.timer(at: clock.timestamp + engine.configuration.waitingGrace)
        try await engine.log.write { transaction in
            for command in [SteerCommand.pause(reason: nil), .resume(reason: nil)] {
                try transaction.execute(.steer(command), on: job, by: .person("ana"))
            }
        }
    }
}
