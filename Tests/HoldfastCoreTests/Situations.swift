import HoldfastCore
import Testing

/// Every place that a job can be in, as the shortest history that leads there.
enum Situation: String, CaseIterable, CustomTestStringConvertible {
    case absent, scheduled, queued, running, askedToStop, paused, pausedEarly, completed, failed, cancelled

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
        case .running, .askedToStop: .running
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
    case saveArtifact
    case complete, failAttempt, giveUp, snooze, release
    case cancel, pause, resume, retry

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
        case .complete: return .work(token, .complete(output: .null))
        case .failAttempt: return .work(token, .failAttempt(.sample, .byPolicy(random: 0)))
        case .giveUp: return .work(token, .cancel(reason: nil))
        case .snooze: return .work(token, .snooze(until: history.time + .seconds(60), reason: nil))
        case .release: return .work(token, .release(reason: "drain"))
        case .cancel: return .steer(.cancel(reason: nil))
        case .pause: return .steer(.pause(reason: nil))
        case .resume: return .steer(.resume(reason: nil))
        case .retry: return .steer(.retry(reason: nil))
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
        case .complete: self = .complete
        case .failAttempt: self = .failAttempt
        case .cancel: self = .giveUp
        case .snooze: self = .snooze
        case .release: self = .release
        }
    }
}
