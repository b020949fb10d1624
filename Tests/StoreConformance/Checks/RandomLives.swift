import HoldfastCore
import HoldfastStore
import HoldfastTesting

/// Makes commands that take jobs through random lives, among them many that are refused and some that fail
/// after they
/// wrote.
struct RandomLives: Sendable {
    /// The jobs that commands are about.
    let jobs: [JobID]
    private var random: SeededRandom

    init(_ log: ConformanceLog, jobs count: Int, seed: UInt64) {
        jobs = (0..<count).map { _ in log.newID() }
        random = SeededRandom(seed: seed)
    }

    /// A command that decides by its own seed and by what the transaction shows it, so that it may run again.
    mutating func command() -> @Sendable (LogTransaction) throws -> Void {
        let seed = random.next()
        let job = jobs[Int(random.next() % UInt64(jobs.count))]
        return { transaction in
            var random = SeededRandom(seed: seed)
            try Turn(transaction, job, &random).take(&random)
        }
    }

    /// Some commands.
    mutating func commands(_ count: Int) -> [@Sendable (LogTransaction) throws -> Void] {
        (0..<count).map { _ in command() }
    }
}

/// A command changed its mind after it had written.
struct ChangeOfMind: Error {}

/// What one command does.
private struct Turn {
    let transaction: LogTransaction
    let job: JobID
    let isMoody: Bool

    init(_ transaction: LogTransaction, _ job: JobID, _ random: inout SeededRandom) {
        self.transaction = transaction
        self.job = job
        isMoody = random.next() % 16 == 0
    }

    func take(_ random: inout SeededRandom) throws {
        let state = try transaction.job(job)
        for _ in 0...random.next() % 2 { try transaction.execute(command(state, &random), on: job, by: .ana) }
        switch random.next() % 12 {
        case 0: _ = try transaction.queued(.default, kinds: ["sample.job"], limit: 3)
        case 1:
            let joined = WorkerJoined(
                worker: "worker-1", engine: "engine-1", queues: [.default],
                kinds: [JobKind(unchecked: "kind-\(random.next() % 5)")])
            transaction.record(.workerJoined(joined), by: .engine("engine-1"))
        default: break
        }
        if isMoody { throw ChangeOfMind() }
    }

    private func command(_ state: JobState?, _ random: inout SeededRandom) -> JobCommand {
        let wait = Duration.milliseconds(Int(random.next() % 4000))
        guard let state else {
            let isDelayed = random.next() % 3 == 0
            let queue: QueueName = random.next() % 2 == 0 ? .default : "other"
            return .enqueue(.sample(queue: queue, notBefore: isDelayed ? transaction.now + wait : nil))
        }
        switch random.next() % 13 {
        case 10...12: return outside(&random)
        case 0: return .steer(.cancel(reason: nil))
        case 1: return .steer(.pause(reason: "lunch"))
        case 2: return .steer(.resume(reason: nil))
        case 3: return .steer(.retry(reason: nil))
        case 4: return .fireTimer
        case 5: return .start(worker: "worker-1", engine: "engine-1")
        default: break
        }
        guard case .running(let running) = state.phase else {
            return .start(worker: "worker-2", engine: "engine-2")
        }
        // One in ten carries a token that was never given.
        let isStale = random.next() % 10 == 0
        let token = isStale ? LeaseToken(running.token.position.next) : running.token
        if random.next() % 8 == 0 { return .expireLease(token, .processDied, crashLimit: 3) }
        return .work(token, work(&random, until: transaction.now + wait))
    }

    /// What ends a wait, or is kept for one.
    private func outside(_ random: inout SeededRandom) -> JobCommand {
        switch random.next() % 4 {
        case 0: return .steer(.decide(CheckpointVerdict(.approve, name: "gate"), recorded: nil))
        case 1:
            let request = RequestKey(unchecked: "r\(random.next() % 3)")
            let delivery = SignalDelivery(
                name: "news", payload: .null, request: RequestMark(id: request, content: "null".utf8))
            return .steer(.signal(delivery, newest: nil, repeated: nil))
        case 2: return .fireWait(WaitKey(.checkpoint, "gate"), recorded: nil)
        default: return .fireWait(WaitKey(.timer, "nap"), recorded: nil)
        }
    }

    private func wait(_ random: inout SeededRandom, until moment: Timestamp) -> WorkCommand {
        let gate = WaitKey(.checkpoint, "gate", occurrence: Int(random.next() % 2) + 1)
        switch random.next() % 4 {
        case 0: return .openCheckpoint(CheckpointOpened(checkpoint: gate, deadline: moment), recorded: nil)
        case 1: return .setTimer(TimerSet(wait: WaitKey(.timer, "nap"), due: moment), recorded: nil)
        case 2: return .consumeSignal(WaitKey(.signal, "news"), recorded: nil)
        default: return .wait([.wait(gate, until: nil)], isOver: false)
        }
    }

    private func work(_ random: inout SeededRandom, until moment: Timestamp) -> WorkCommand {
        let names: [StepName] = ["alpha", "beta", "beta-2"]
        let step = StepKey(names[Int(random.next() % 3)], occurrence: Int(random.next() % 4) + 1)
        switch random.next() % 18 {
        case 14...17: return wait(&random, until: moment)
        case 0, 1, 2: return .begin(step)
        case 3, 4, 5: return .record(step, output: .inline(JSONText(unchecked: "\(random.next() % 100)")))
        case 6: return .failStep(step, .sample, retryAt: moment, recorded: nil)
        case 7: return .updateProgress(Progress(.count(done: Int64(random.next() % 9), total: 9)))
        case 8: return .line("a line")
        case 9: return .failAttempt(.sample, .at(moment))
        case 10: return .snooze(until: moment, reason: nil)
        case 11: return .release(reason: "drain")
        case 12: return .complete(output: .null)
        default: return .emit(AppEmitted(name: "sample.emitted", payload: .null))
        }
    }
}
