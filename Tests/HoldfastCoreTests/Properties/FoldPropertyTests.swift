import HoldfastCore
import Testing

/// What is true of any log that `apply` accepts, also one that no command could have written.
struct FoldPropertyTests {
    @Test func `a refused event leaves the state as it was`() {
        Property.holds(from: 20_000_000, cases: 500) { seed in
            var log = RandomLog(seed: seed)
            for _ in 0..<80 {
                let before = log.history.state
                guard let before, let error = log.offerOne() else { continue }
                try demand(log.history.state == before, "\(error) and the state has changed")
            }
        }
    }

    @Test func `an accepted event leads from one consistent state to the next`() {
        Property.holds(from: 21_000_000, cases: 500) { seed in
            var log = RandomLog(seed: seed)
            for _ in 0..<80 {
                let before = log.history.state
                guard log.offerOne() == nil, let after = log.history.state else { continue }
                let kind = log.history.events.last?.event.kind
                guard let before else {
                    try demand(after.version == 1 && kind == .jobEnqueued, "the stream begins with \(after)")
                    continue
                }
                try demand(after.version == before.version + 1, "version \(after.version)")
                try demand(after.id == before.id && after.origin == before.origin, "the origin has changed")
                let isNext = kind == .jobAttemptFailed || kind == .jobRetried
                try demand(after.attempt == before.attempt + (isNext ? 1 : 0), "attempt \(after.attempt)")
                try demand(after.life == before.life + (kind == .jobRetried ? 1 : 0), "life \(after.life)")
                try demand(after.firstAttemptOfLife <= after.attempt, "the life begins ahead of its attempt")
                if before.phase.name.isEnded {
                    let mayFollow: Set<EventKind> = [
                        .jobRetried, .jobForked, .checkpointRefused, .childFinished,
                    ]
                    try demand(kind.map(mayFollow.contains) == true, "\(kind?.rawValue ?? "") after the end")
                } else {
                    try demand(
                        kind?.isTerminal == after.phase.name.isEnded,
                        "\(kind?.rawValue ?? "") and \(after.phase.name)")
                }
            }
        }
    }

    @Test(.enabled(if: Property.onlySeed == nil))
    func `the random logs get somewhere`() {
        var accepted: [EventKind: Int] = [:]
        var refused = 0
        Property.holds(from: 22_000_000, cases: 400) { seed in
            var log = RandomLog(seed: seed)
            for _ in 0..<80 where log.offerOne() != nil { refused += 1 }
            for event in log.history.events { accepted[event.event.kind, default: 0] += 1 }
        }
        #expect(refused > 1_000)
        for kind in EventKind.allCases where kind.isOfJob {
            #expect(accepted[kind, default: 0] >= 5, "\(kind) is rare: \(accepted)")
        }
    }
}

/// Offers a job's stream any events in any order.
private struct RandomLog {
    private(set) var history: JobHistory
    private var generator: SplitMix64

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
        history = JobHistory(job: JobID(at: JobHistory.start, random: generator.next()))
    }

    /// Offers one event; gives the error when it is refused.
    mutating func offerOne() -> IllegalTransition? {
        let event = anyEvent()
        do throws(IllegalTransition) {
            try history.record([event])
            return nil
        } catch {
            return error
        }
    }

    private mutating func anyEvent() -> JobEvent {
        let moment = history.time + .seconds(generator.number(-20...20))
        let step = StepKey(generator.pick("parse", "insert"), occurrence: generator.number(1...3))
        let token =
            generator.chance(80)
            ? history.token ?? .given(inVersion: 2) : .given(inVersion: Int64(generator.number(1...40)))
        let wait = WaitKey(.checkpoint, generator.pick("gate", "door"))
        switch generator.number(0...40) {
        case 0:
            return .enqueued(notBefore: generator.pick(nil, moment), budget: JobBudget(limit: 5, unit: "usd"))
        case 1...4: return .started()
        case 5: return .paused()
        case 6: return .unpaused()
        case 7: return .cancelRequested()
        case 8: return .cancelled()
        case 9: return .attemptFailed(retryAt: moment)
        case 10: return .rescheduled(until: moment)
        case 11: return .completed()
        case 12: return .failed()
        case 13, 14: return .retried()
        case 15: return .leaseReleased(LeaseReleased(token: token, reason: "drain"))
        case 16: return .leaseExpired(LeaseExpired(token: token, worker: "worker-1", cause: .unrenewed))
        case 17: return .stepStarted(step)
        case 18: return .stepCompleted(step)
        case 19: return .stepFailed(step)
        case 20: return .stepUnused(step)
        case 22: return .logWritten(LogWritten(level: .info, message: "a line"))
        case 21: return .progressUpdated(Progress(.fraction(0.5)))
        case 23 where generator.chance(50): return .artifactSaved(.sample())
        case 23: return .appEmitted(AppEmitted(name: "sample.emitted", payload: .null))
        case 24: return .waiting(wait)
        case 25: return .resumed(JobResumed(wait: wait))
        case 26: return .checkpointOpened(wait)
        case 27: return .checkpointDecided(CheckpointDecided(checkpoint: wait, choice: .approve))
        case 28:
            return .checkpointExpired(CheckpointExpired(checkpoint: wait, deadline: moment, action: .reject))
        case 29:
            return .checkpointRefused(
                CheckpointRefused(checkpoint: wait, choice: .reject, status: .approved, first: .beginning))
        case 30: return .signalReceived(SignalReceived(signal: .signal, payload: .null))
        case 31: return .signalConsumed(SignalConsumed(signal: .signal))
        case 32: return .timerSet(TimerSet(wait: .sleep, due: moment))
        case 33: return .childSpawned(ChildSpawned(child: .child, job: .child, kind: "sample.child"))
        case 34:
            return .childFinished(
                ChildFinished(child: .child, job: .child, state: .failed, ending: .beginning))
        case 35: return .reprioritised(JobReprioritised(priority: .high))
        case 39, 40: return anyBudgetEvent()
        case 36: return .forked(JobForked(job: .child, step: step))
        default: return timer()
        }
    }

    private mutating func anyBudgetEvent() -> JobEvent {
        let amount = generator.pick(CostAmount.zero, 1, 4, 5)
        return generator.pick(
            .budgetCharged(BudgetCharged(amount: amount, unit: "usd", total: amount)),
            .budgetWarned(BudgetWarned(spent: amount, limit: 5, unit: "usd")),
            .budgetExceeded(BudgetExceeded(spent: amount, limit: 5, unit: "usd", policy: .pause)),
            .budgetRaised(BudgetRaised(limit: amount)))
    }

    /// Mostly the timer that the job waits for, in time; else any.
    private mutating func timer() -> JobEvent {
        guard generator.chance(80), case .scheduled(let until) = history.state?.phase else {
            return .timerFired(due: history.time)
        }
        history.time = until
        return .timerFired(due: until)
    }
}
