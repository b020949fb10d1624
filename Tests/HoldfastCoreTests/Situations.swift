import HoldfastCore
import Testing

/// Every place that a job can be in, as the shortest history that leads there.
enum Situation: String, CaseIterable, CustomTestStringConvertible {
    case absent, scheduled, queued, running, askedToStop, askedToPause, waiting, paused, pausedEarly,
        completed, failed, cancelled

    /// The due time of the delayed ones: ten minutes after they were enqueued.
    static let due = JobHistory.start + .seconds(600)

    var testDescription: String { rawValue }

    /// A job that is there, one second after its last event.
    func specification() throws(IllegalTransition) -> JobSpec { try JobSpec().and(events) }

    /// What happened to it.
    private var events: [JobEvent] {
        switch self {
        case .absent: []
        case .scheduled: [.enqueued(notBefore: Situation.due)]
        case .queued: [.enqueued()]
        case .running: [.enqueued(), .started()]
        case .askedToStop: [.enqueued(), .started(), .cancelRequested(reason: "duplicate")]
        case .askedToPause: [.enqueued(), .started(), .paused()]
        case .waiting: [.enqueued(), .started(), .checkpointOpened(), .waiting()]
        case .paused: [.enqueued(), .paused()]
        case .pausedEarly: [.enqueued(notBefore: Situation.due), .paused()]
        case .completed: [.enqueued(), .started(), .completed()]
        case .failed: [.enqueued(), .started(), .failed()]
        case .cancelled: [.enqueued(), .cancelled()]
        }
    }

    /// The name of its phase; nil where there is no job.
    var phase: JobPhaseName? {
        switch self {
        case .absent: nil
        case .scheduled: .scheduled
        case .queued: .queued
        case .running, .askedToStop, .askedToPause: .running
        case .waiting: .waiting
        case .paused, .pausedEarly: .paused
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }
}

/// Every command, with values that nothing depends on.
enum CommandSample: String, CaseIterable, CustomTestStringConvertible {
    case enqueue, start, fireTimer, postpone, expireLease
    case startStep, completeStep, failStep, reportUnused, updateProgress, writeLog, emit
    case saveArtifact, charge
    case complete, failAttempt, giveUp, snooze, release, giveWay
    case openCheckpoint, setTimer, consumeSignal, spawn, wait
    case cancel, pause, resume, retry, raiseBudget, reprioritise, reschedule, decide, signal
    case fireWait, finishChild, noteFork, reuseStep

    var testDescription: String { rawValue }

    /// The command, with the lease that the job has or with one that was never given.
    func command(for history: JobHistory) -> JobCommand {
        let token = history.token ?? LeaseToken(EventLogPosition(.max))
        switch self {
        case .enqueue: return .enqueue(JobEnqueued(kind: "sample.job", input: .null))
        case .start: return .start()
        case .fireTimer: return .fireTimer
        case .postpone: return .postpone(until: history.time + .seconds(60), reason: nil)
        case .expireLease: return .expire(token)
        case .startStep: return .work(token, .startStep(StepKey("a"), recorded: nil))
        case .completeStep:
            return .work(token, .completeStep(StepKey("a"), output: .null, duration: 5, recorded: nil))
        case .failStep: return .work(token, .failStep(StepKey("a"), .sample, retryAt: nil, recorded: nil))
        case .reportUnused: return .work(token, .reportUnused([StepKey("a")]))
        case .updateProgress: return .work(token, .updateProgress(Progress(.fraction(0.5))))
        case .writeLog: return .work(token, .writeLog(LogWritten(level: .info, message: "a line")))
        case .emit: return .work(token, .emit(AppEmitted(name: "sample.emitted", payload: .null)))
        case .saveArtifact: return .work(token, .saveArtifact(.sample(), recorded: nil))
        case .charge: return .work(token, .charge(JobCharge(1, "usd")))
        case .complete: return .work(token, .complete(output: .null))
        case .failAttempt: return .work(token, .failAttempt(.sample, .byPolicy(random: 0)))
        case .giveUp: return .work(token, .cancel(reason: nil))
        case .snooze: return .work(token, .snooze(until: history.time + .seconds(60), reason: nil))
        case .release: return .work(token, .release(reason: "drain"))
        case .giveWay: return .work(token, .pause(reason: nil))
        case .openCheckpoint:
            return .work(token, .openCheckpoint(CheckpointOpened(checkpoint: .other), recorded: nil))
        case .setTimer:
            return .work(token, .setTimer(TimerSet(wait: .sleep, due: history.time), recorded: nil))
        case .consumeSignal: return .work(token, .consumeSignal(.signal, recorded: .received))
        case .spawn:
            let child = ChildSpawned(child: .child, job: .child, kind: "sample.child")
            return .work(token, .spawn(child, recorded: nil))
        case .wait: return .work(token, .wait([.wait(.other, until: nil)], isOver: false))
        case .reprioritise: return .steer(.reprioritise(.high, reason: nil))
        case .reschedule: return .steer(.reschedule(history.time + .seconds(60), reason: nil))
        case .decide:
            let verdict = CheckpointVerdict(.approve, name: "gate")
            return .steer(.decide(verdict, recorded: history.waits[.gate]))
        case .signal:
            let delivery = SignalDelivery(name: "news", payload: .null)
            return .steer(.signal(delivery, newest: nil, repeated: nil))
        case .fireWait: return .fireWait(.gate, recorded: history.waits[.gate])
        case .finishChild:
            let finished = ChildFinished(
                child: .child, job: .child, state: .completed, ending: EventLogPosition(5))
            return .finishChild(finished, recorded: .child)
        case .noteFork: return .noteFork(JobForked(job: .child, step: StepKey("a")))
        case .reuseStep:
            return .reuseStep(
                StepCompleted(
                    step: StepKey("a"), output: .null, duration: 5, reusedFrom: EventLogPosition(5)))
        case .cancel: return .steer(.cancel(reason: nil))
        case .pause: return .steer(.pause(reason: nil))
        case .resume: return .steer(.resume(reason: nil))
        case .retry: return .steer(.retry(reason: nil))
        case .raiseBudget: return .steer(.raiseBudget(to: 7, reason: nil))
        }
    }

    /// Names a command; a further kind of command does not compile before the table knows it.
    init(_ command: JobCommand) {
        switch command {
        case .enqueue: self = .enqueue
        case .start: self = .start
        case .fireTimer: self = .fireTimer
        case .postpone: self = .postpone
        case .expireLease: self = .expireLease
        case .work(_, let work): self.init(work)
        case .steer(.cancel): self = .cancel
        case .steer(.pause): self = .pause
        case .steer(.resume): self = .resume
        case .steer(.retry): self = .retry
        case .steer(.reprioritise): self = .reprioritise
        case .steer(.reschedule): self = .reschedule
        case .steer(.decide): self = .decide
        case .steer(.signal): self = .signal
        case .fireWait: self = .fireWait
        case .finishChild: self = .finishChild
        case .noteFork: self = .noteFork
        case .reuseStep: self = .reuseStep
        case .steer(.raiseBudget): self = .raiseBudget
        }
    }

    private init(_ command: WorkCommand) {
        switch command {
        case .startStep: self = .startStep
        case .completeStep: self = .completeStep
        case .failStep: self = .failStep
        case .reportUnused: self = .reportUnused
        case .updateProgress: self = .updateProgress
        case .writeLog: self = .writeLog
        case .emit: self = .emit
        case .saveArtifact: self = .saveArtifact
        case .charge: self = .charge
        case .complete: self = .complete
        case .failAttempt: self = .failAttempt
        case .cancel: self = .giveUp
        case .snooze: self = .snooze
        case .release: self = .release
        case .pause: self = .giveWay
        case .openCheckpoint: self = .openCheckpoint
        case .setTimer: self = .setTimer
        case .consumeSignal: self = .consumeSignal
        case .spawn: self = .spawn
        case .wait: self = .wait
        }
    }
}

extension WaitKey {
    /// The checkpoint that a waiting job waits at, with a deadline that has passed when it is decided.
    static let gate = WaitKey(.checkpoint, "gate")
    /// A checkpoint that was not opened yet.
    static let other = WaitKey(.checkpoint, "other")
    static let sleep = WaitKey(.timer, "sleep")
    static let signal = WaitKey(.signal, "news")
    static let child = WaitKey(.child, "sample.child")
}

extension WaitRecord {
    /// A signal that came and was not taken.
    static let received = WaitRecord(
        key: .signal, status: .received, opened: EventLogPosition(1), openedAt: JobHistory.start,
        changedAt: JobHistory.start, result: EventLogPosition(1))
    /// A child that goes on.
    static let child = WaitRecord(
        key: .child, status: .open, opened: EventLogPosition(1), openedAt: JobHistory.start,
        changedAt: JobHistory.start, child: .child)
}

extension JobID {
    /// The child of the samples.
    static let child = JobID(at: JobHistory.start, random: 7)
}
