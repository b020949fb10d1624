import HoldfastCore
import HoldfastStore
import HoldfastTesting

/// The life of one job of a made log: what it does next, by chance.
struct MadeJob: Sendable {
    /// Where it stands.
    private enum Stage: Hashable, Sendable {
        case queued
        case running(LeaseToken)
        case stepping(LeaseToken, StepKey)
        case scheduled
        case asleep(WaitKey)
        case asking(WaitKey)
        case paused
        case over
    }

    private static let engine: EngineID = "4d616465206c6f672c206e6f20656e67"
    private static let workers: [WorkerID] = ["harbour-1", "harbour-2", "harbour-3", "quay-1"]
    private static let steps = ["fetch", "parse", "rank", "write", "notify"]
    private static let people = ["ana", "bo", "chen", "dee"]

    let id: JobID
    private let number: Int
    private var rest: Int
    private var stage = Stage.queued
    private var due = Timestamp(microseconds: 0)
    private var done = 0
    private var waits = 0

    init(_ id: JobID, number: Int, events: Int) {
        self.id = id
        self.number = number
        rest = events
    }

    /// Whether nothing will happen to it any more.
    var isOver: Bool { stage == .over }

    private var worker: WorkerID { MadeJob.workers[abs(number) % MadeJob.workers.count] }

    /// Enqueues it.
    ///
    /// - Returns: How many events that took.
    func enqueue(in transaction: LogTransaction, queue: QueueName) throws -> Int {
        let kinds: [JobKind] = ["ledger.import", "mail.send", "report.build", "image.resize", "agent.run"]
        let event = JobEnqueued(
            kind: kinds[abs(number) % kinds.count], queue: queue,
            priority: number % 50 == 0 ? .high : .normal,
            input: .inline(JSONWriter.object { $0.field("file", "part-\(number).csv") }),
            key: number % 10 == 0 ? JobKey(rawValue: "invoice-\(number)") : nil,
            owner: Owner(rawValue: "team-\(abs(number) % 20)"),
            tags: number % 3 == 0 ? ["monthly"] : [], retry: .exponential(maxAttempts: 1_000_000))
        _ = try transaction.enqueue(event, as: id, by: person)
        return 1
    }

    /// Does what comes next.
    ///
    /// - Parameters:
    ///   - transaction: Where it is written.
    ///   - chance: Decides what comes next.
    ///   - mayEnd: Whether the job may end once it has its share of the events.
    /// - Returns: How many events that took.
    /// - Throws: `StoreError`, and `JobRejection` where a life does not follow the rules.
    mutating func act(
        in transaction: LogTransaction, _ chance: inout SeededRandom, mayEnd: Bool
    ) throws -> Int {
        let count: Int
        switch stage {
        case .over: count = 0
        case .queued:
            let events = try transaction.execute(
                .start(worker: worker, engine: MadeJob.engine), on: id, by: .worker(worker))
            stage = .running(LeaseToken(events[0].position))
            count = events.count
        case .stepping(let token, let step): count = try endStep(step, token, in: transaction, &chance)
        case .running(let token):
            count =
                mayEnd && rest <= 0
                ? try end(token, in: transaction, &chance) : try work(token, in: transaction, &chance)
        case .scheduled, .asleep, .asking, .paused:
            guard transaction.now >= due else { return 0 }
            count = try wake(in: transaction)
        }
        rest -= count
        return count
    }

    private var person: EventActor { .person(MadeJob.people[abs(number) % MadeJob.people.count]) }

    private func execute(
        _ command: WorkCommand, _ token: LeaseToken, in transaction: LogTransaction
    ) throws -> Int {
        try transaction.execute(.work(token, command), on: id, by: .worker(worker)).count
    }
}

extension MadeJob {
    /// What a handler does: mostly steps, and now and then it waits.
    private mutating func work(
        _ token: LeaseToken, in transaction: LogTransaction, _ chance: inout SeededRandom
    ) throws -> Int {
        switch Int.random(in: 0..<1_000, using: &chance) {
        case ..<500:
            let name = MadeJob.steps[done % MadeJob.steps.count]
            let step = StepKey(StepName(unchecked: name), occurrence: done / MadeJob.steps.count + 1)
            stage = .stepping(token, step)
            return try execute(.startStep(step, recorded: nil), token, in: transaction)
        case ..<700:
            let progress = Progress(.count(done: Int64(done), total: 4_200), phase: "importing")
            return try execute(.updateProgress(progress), token, in: transaction)
        case ..<880:
            let line = LogWritten(
                level: done % 9 == 0 ? .warning : .info, message: "row \(done) of part \(number)")
            return try execute(.writeLog(line), token, in: transaction)
        case ..<940:
            let payload = JSONWriter.object { $0.field("total", done * 17) }
            return try execute(
                .emit(AppEmitted(name: "total", payload: .inline(payload))), token, in: transaction)
        case ..<970:
            let cents = CostAmount(micros: 12_000) ?? .zero
            return try execute(.charge(JobCharge(cents, "usd", note: "model")), token, in: transaction)
        default: return try giveBack(token, in: transaction, &chance)
        }
    }

    private mutating func endStep(
        _ step: StepKey, _ token: LeaseToken, in transaction: LogTransaction, _ chance: inout SeededRandom
    ) throws -> Int {
        if Int.random(in: 0..<20, using: &chance) == 0 {
            let failure = JobFailure(type: "Timeout", message: "the service did not answer", step: step)
            return try execute(.failStep(step, failure, retryAt: nil, recorded: nil), token, in: transaction)
        }
        done += 1
        stage = .running(token)
        let output = Payload.inline(JSONWriter.object { $0.field("rows", done * 42) })
        let duration = Int64.random(in: 1_000..<9_000_000, using: &chance)
        return try execute(
            .completeStep(step, output: output, duration: duration, recorded: nil), token, in: transaction)
    }

    /// Ends a run without ending the job.
    private mutating func giveBack(
        _ token: LeaseToken, in transaction: LogTransaction, _ chance: inout SeededRandom
    ) throws -> Int {
        due = transaction.now + .seconds(Int.random(in: 20..<2_000, using: &chance))
        waits += 1
        switch Int.random(in: 0..<10, using: &chance) {
        case ..<4: return try sleep(token, in: transaction)
        case ..<6: return try ask(token, in: transaction)
        case ..<9:
            stage = .scheduled
            let failure = JobFailure(type: "Unreachable", message: "the connection was refused")
            return try execute(.failAttempt(failure, .at(due)), token, in: transaction)
        default:
            stage = .paused
            return try execute(.pause(reason: "by hand"), token, in: transaction)
        }
    }

    private mutating func sleep(_ token: LeaseToken, in transaction: LogTransaction) throws -> Int {
        let wait = WaitKey(.timer, "cooling", occurrence: waits)
        stage = .asleep(wait)
        return try execute(.setTimer(TimerSet(wait: wait, due: due), recorded: nil), token, in: transaction)
            + execute(.wait([.wait(wait, until: due)], isOver: false), token, in: transaction)
    }

    private mutating func ask(_ token: LeaseToken, in transaction: LogTransaction) throws -> Int {
        let wait = WaitKey(.checkpoint, "approval", occurrence: waits)
        stage = .asking(wait)
        let opened = CheckpointOpened(checkpoint: wait, summary: .inline(.string("send part \(number)?")))
        return try execute(.openCheckpoint(opened, recorded: nil), token, in: transaction)
            + execute(.wait([.wait(wait, until: nil)], isOver: false), token, in: transaction)
    }

    /// Lets a job go on that waited.
    private mutating func wake(in transaction: LogTransaction) throws -> Int {
        let command: JobCommand
        switch stage {
        case .asleep(let wait): command = .fireWait(wait, recorded: nil)
        case .asking(let wait):
            let verdict = CheckpointVerdict(.approve, name: wait.name, occurrence: wait.occurrence)
            command = .steer(.decide(verdict, recorded: nil))
        case .paused: command = .steer(.resume(reason: nil))
        case .scheduled: command = .fireTimer
        case .queued, .running, .stepping, .over: return 0
        }
        let actor: EventActor = command.isOfPerson ? person : .engine(MadeJob.engine)
        stage = .queued
        return try transaction.execute(command, on: id, by: actor).count
    }

    /// Ends the job; a few are left waiting or paused instead.
    private mutating func end(
        _ token: LeaseToken, in transaction: LogTransaction, _ chance: inout SeededRandom
    ) throws -> Int {
        defer { stage = .over }
        let failure = JobFailure(type: "BadInput", message: "row \(done) has no amount")
        switch Int.random(in: 0..<1_000, using: &chance) {
        case ..<880:
            let output = Payload.inline(JSONWriter.object { $0.field("rows", done) })
            return try execute(.complete(output: output), token, in: transaction)
        case ..<950: return try execute(.failAttempt(failure, .discard), token, in: transaction)
        case ..<990: return try execute(.cancel(reason: "no longer needed"), token, in: transaction)
        case ..<996: return try ask(token, in: transaction)
        default: return try execute(.pause(reason: "until spring"), token, in: transaction)
        }
    }
}

extension JobCommand {
    /// Whether a person gives it.
    fileprivate var isOfPerson: Bool { if case .steer = self { true } else { false } }
}
