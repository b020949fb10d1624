import HoldfastCore
import HoldfastStore
import HoldfastTesting

extension SampleLog {
    /// Takes jobs through random lives, several commands in each transaction; what is refused writes nothing.
    func lives(jobs count: Int, rounds: Int, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let jobs = (0..<count).map { _ in newID() }
        for _ in 0..<rounds {
            clock.advance(by: .milliseconds(700))
            let turns = (0..<6).map { _ in Turn(jobs[Int(random.next() % UInt64(count))], random.next()) }
            try await log.write { transaction in
                for turn in turns { try turn.take(in: transaction) }
            }
        }
    }
}

/// One command of a random life; it gives the same one when it is asked again for the same state.
private struct Turn: Sendable {
    let job: JobID
    let seed: UInt64

    init(_ job: JobID, _ seed: UInt64) {
        self.job = job
        self.seed = seed
    }

    func take(in transaction: LogTransaction) throws {
        var random = SeededRandom(seed: seed)
        let wait = Duration.milliseconds(Int(random.next() % 5000))
        let command = command(try transaction.job(job), at: transaction.now + wait, &random)
        do {
            try transaction.execute(command, on: job, by: .person("ana"))
        } catch is JobRejection {
            return
        }
    }

    private func command(
        _ state: JobState?, at moment: Timestamp, _ random: inout SeededRandom
    ) -> JobCommand {
        guard let state else { return .enqueue(enqueued(at: moment, &random)) }
        switch random.next() % 14 {
        case 9...12: return outside(at: moment, &random)
        case 0: return .steer(.cancel(reason: nil, within: .seconds(2)))
        case 1: return .steer(.pause(reason: "lunch"))
        case 2: return .steer(.resume(reason: nil))
        case 3: return .steer(.retry(reason: "once more"))
        case 4: return .fireTimer
        default: break
        }
        guard case .running(let running) = state.phase else {
            return .start(worker: "worker-1", engine: "engine-1")
        }
        if random.next() % 12 == 0 { return .expireLease(running.token, .processDied, crashLimit: 2) }
        return .work(running.token, work(at: moment, &random))
    }

    /// Something that ends a wait, or is noted though nobody waits.
    private func outside(at moment: Timestamp, _ random: inout SeededRandom) -> JobCommand {
        let occurrence = Int(random.next() % 2) + 1
        switch random.next() % 6 {
        case 0:
            let verdict = CheckpointVerdict(random.next() % 2 == 0 ? .approve : .reject, name: "gate")
            return .steer(.decide(verdict, recorded: nil))
        case 1:
            let request = RequestKey(unchecked: "r\(random.next() % 3)")
            let delivery = SignalDelivery(
                name: "news", payload: .null, request: RequestMark(id: request, content: "null".utf8))
            return .steer(.signal(delivery, newest: nil, repeated: nil))
        case 2: return .fireWait(WaitKey(.checkpoint, "gate", occurrence: occurrence), recorded: nil)
        case 3: return .fireWait(WaitKey(.timer, "nap"), recorded: nil)
        case 4: return .steer(.reprioritise(.low, reason: nil))
        default: return .steer(.reschedule(moment, reason: nil))
        }
    }

    private func wait(at moment: Timestamp, _ random: inout SeededRandom) -> WorkCommand {
        let gate = WaitKey(.checkpoint, "gate", occurrence: Int(random.next() % 2) + 1)
        switch random.next() % 5 {
        case 0:
            let due = random.next() % 2 == 0 ? moment : nil
            return .openCheckpoint(CheckpointOpened(checkpoint: gate, deadline: due), recorded: nil)
        case 1: return .setTimer(TimerSet(wait: WaitKey(.timer, "nap"), due: moment), recorded: nil)
        case 2: return .consumeSignal(WaitKey(.signal, "news"), recorded: nil)
        default:
            return .wait([.wait(gate, until: nil), .wait(WaitKey(.timer, "nap"), until: nil)], isOver: false)
        }
    }

    private func enqueued(at moment: Timestamp, _ random: inout SeededRandom) -> JobEnqueued {
        let number = random.next() % 4
        return JobEnqueued(
            kind: number == 0 ? "other.job" : "sample.job", queue: number < 2 ? .default : "slow",
            priority: number == 3 ? .high : .normal, input: .null, notBefore: number == 1 ? moment : nil,
            key: number == 2 ? JobKey(unchecked: "key \(seed)") : nil, owner: number == 2 ? "ana" : nil,
            tags: number == 3 ? ["blue", "red"] : [], retry: .constant(maxAttempts: 3, every: .seconds(2)),
            budget: number == 1 ? JobBudget(limit: 2, unit: "usd") : nil)
    }

    private func work(at moment: Timestamp, _ random: inout SeededRandom) -> WorkCommand {
        let step = StepKey(random.next() % 2 == 0 ? "parse" : "post", occurrence: Int(random.next() % 3) + 1)
        let failure = JobFailure(type: "SampleError", message: "a \"broken\" näme", step: step)
        switch random.next() % 18 {
        case 13...17: return wait(at: moment, &random)
        case 0, 1, 2: return .startStep(step, recorded: nil)
        case 3, 4: return .completeStep(step, output: .null, duration: 7, recorded: nil)
        case 5: return .failStep(step, failure, retryAt: moment, recorded: nil)
        case 6: return .failStep(step, failure, retryAt: nil, recorded: nil)
        case 7 where random.next() % 2 == 0: return .charge(JobCharge(0.7, "usd", step: step))
        case 7: return .reportUnused([step])
        case 8: return .updateProgress(Progress(.fraction(0.5), phase: "half", counters: ["rows": 7]))
        case 9: return .failAttempt(failure, .byPolicy(random: 0.5))
        case 10: return .snooze(until: moment, reason: "busy")
        case 11: return random.next() % 2 == 0 ? .release(reason: "drain") : .complete(output: .null)
        default: return .note(Int(random.next() % 100))
        }
    }
}

extension SampleLog {
    /// A job that was cancelled, and the one that began it and goes on.
    func endedChild() async throws -> (child: JobID, parent: JobID, token: LeaseToken) {
        let (parent, token) = try await running()
        let child = newID()
        try await spawn(child, of: parent, token)
        try await execute(.steer(.cancel(reason: nil)), on: child)
        return (child, parent, token)
    }
}
