import HoldfastCore
import HoldfastStore
import Logging
import Synchronization

/// Enqueues the jobs of schedules when they are due (P9).
///
/// It sleeps until the earliest due moment, and is woken by what happens to schedules. Every engine on a file has one;
/// the transaction that fires asks for what is due then, so that each run is made once.
final class Scheduler: Sendable {
    private let engine: JobEngine
    private let alarm: Alarm
    /// Whether some run waits for the end of a job: only then are endings of interest.
    private let waits = Mutex(false)
    /// Why schedules could not be fired when that was last said.
    private let refused = Mutex<[ScheduleName: ScheduleRejection]>([:])
    private let waitsChanged: AsyncStream<Void>
    private let waitsChange: AsyncStream<Void>.Continuation

    /// How many schedules are looked at in one transaction.
    private static let page = 100
    /// How long one that cannot be fired is left alone.
    private static let retryInterval = Duration.seconds(1)

    init(_ engine: JobEngine) {
        self.engine = engine
        alarm = Alarm(engine.environment)
        (waitsChanged, waitsChange) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Fires what is due until the task is cancelled.
    func run() async {
        await withTaskGroup { group in
            // Registered before the first look, so that nothing happens in between unseen.
            let signals = engine.log.feed.signals(for: EventKind.ofSchedules)
            group.addTask { for await _ in signals { self.lookNow() } }
            group.addTask { await self.watchEndings() }
            group.addTask {
                self.lookNow()
                await self.alarm.run { await self.fire() }
            }
            await group.waitForAll()
        }
    }

    private func lookNow() { alarm.set(at: engine.environment.now()) }

    /// Looks again whenever some job ended, while a run waits for that.
    private func watchEndings() async {
        for await _ in waitsChanged where waits.withLock({ $0 }) {
            let endings = engine.log.feed.signals(for: EventKind.endings)
            lookNow()
            for await _ in endings {
                guard waits.withLock({ $0 }) else { break }
                lookNow()
            }
        }
    }

    /// Fires all that is due, and sets the alarm to what is due next.
    private func fire() async {
        do {
            var failed: Set<ScheduleName> = []
            while true {
                let agenda = try await engine.log.read { try $0.scheduleAgenda() }
                note(agenda)
                let released = try await released(agenda).subtracting(failed)
                let now = engine.environment.now()
                guard agenda.nextDue.map({ $0 <= now }) ?? false || !released.isEmpty else {
                    if let due = agenda.nextDue { alarm.set(at: due) }
                    return
                }
                let round = try await fire(released, except: failed)
                failed.formUnion(round.failed)
                // What cannot be fired stays due: it must not keep the loop going.
                if !failed.isEmpty, round.count == round.failed.count { break }
            }
            alarm.set(at: engine.environment.now() + Scheduler.retryInterval)
        } catch is CancellationError {
            return
        } catch {
            engine.logger.error("Schedules could not be looked at", metadata: ["error": "\(error)"])
            alarm.set(at: engine.environment.now() + engine.configuration.storeRetryInterval)
        }
    }

    private func note(_ agenda: ScheduleAgenda) {
        let isWaiting = !agenda.waiting.isEmpty
        let changed = waits.withLock { waits in
            defer { waits = isWaiting }
            return waits != isWaiting
        }
        if changed { waitsChange.yield() }
    }

    /// The schedules whose run waited for a job that has ended.
    private func released(_ agenda: ScheduleAgenda) async throws -> Set<ScheduleName> {
        guard !agenda.waiting.isEmpty else { return [] }
        return try await engine.log.read { reader in
            var names: Set<ScheduleName> = []
            for (name, job) in agenda.waiting {
                let isUnfinished = try reader.job(job).map { !$0.phase.name.isEnded } ?? false
                if !isUnfinished { names.insert(name) }
            }
            return names
        }
    }

    /// Fires some schedules and a page of those that are due, in one transaction.
    ///
    /// - Returns: How many it was about, and those that cannot be fired, which hold up no other.
    private func fire(
        _ released: Set<ScheduleName>, except known: Set<ScheduleName>
    ) async throws -> (count: Int, failed: Set<ScheduleName>) {
        let outcomes = try await engine.persist { [engine] transaction in
            let due = try transaction.dueSchedules(limit: Scheduler.page + known.count)
            var outcomes: [ScheduleName: ScheduleRejection?] = [:]
            for name in released.union(due).subtracting(known).sorted() {
                do {
                    try transaction.execute(
                        .fire(grace: engine.configuration.scheduleGrace), on: name, by: .engine(engine.id),
                        zones: ZoneLookup.rules, newJob: engine.ids.next)
                    outcomes[name] = .some(nil)
                } catch let rejection as ScheduleRejection {
                    // It is refused before anything is recorded, so the others stay as they are.
                    outcomes[name] = rejection
                }
            }
            return outcomes
        }
        var failed: Set<ScheduleName> = []
        for (name, rejection) in outcomes {
            guard let rejection, rejection != .unknownSchedule(name) else { continue }
            failed.insert(name)
            complain(name, rejection)
        }
        return (outcomes.count, failed)
    }

    /// Says once that a schedule cannot be fired.
    private func complain(_ name: ScheduleName, _ rejection: ScheduleRejection) {
        guard refused.withLock({ $0.updateValue(rejection, forKey: name) }) != rejection else { return }
        engine.logger.error(
            "A schedule cannot be fired; trying again until it can",
            metadata: ["schedule": "\(name)", "error": "\(rejection)"])
    }
}
