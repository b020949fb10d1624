/// A request to change a job.
///
/// Time, chance and what the log already holds arrive inside it, so that deciding is pure.
public enum JobCommand: Hashable, Sendable {
    /// Begin a job.
    case enqueue(JobEnqueued)
    /// Claim the job for a worker.
    case start(worker: WorkerID, engine: EngineID)
    /// Write as the holder of a lease. The token is checked in the transaction of the append (P3).
    case work(LeaseToken, WorkCommand)
    /// Do what a person or program asks from outside.
    case steer(SteerCommand)
    /// Do what is due: let the job run, or stop it where its handler was asked to and did not.
    case fireTimer
    /// Move the due time of a job that waits to start; one that does not wait stays as it is.
    case postpone(until: Timestamp, reason: String?)
    /// End a wait whose moment was reached. `recorded` is the wait as the log has it.
    case fireWait(WaitKey, recorded: WaitRecord?)
    /// Tell the job that a child of it ended. `recorded` is the wait as the log has it.
    case finishChild(ChildFinished, recorded: WaitRecord?)
    /// Note that another job was made from this one.
    case noteFork(JobForked)
    /// Give a job that was made from another one a result of that one.
    case reuseStep(StepCompleted)
    /// Take the lease from a holder that is gone. After `crashLimit` crashes in a row the job is paused (P7).
    case expireLease(LeaseToken, LeaseLoss, crashLimit: Int)
}

/// What the holder of a lease writes.
public enum WorkCommand: Hashable, Sendable {
    /// Say that a step begins. `recorded` is the step as the log has it.
    case startStep(StepKey, recorded: StepRecord?)
    /// Record a step's result. `recorded` is the step as the log has it; `duration` is in microseconds.
    case completeStep(StepKey, output: Payload, duration: Int64, recorded: StepRecord?)
    /// Record that a step threw, and when it is tried again.
    case failStep(StepKey, JobFailure, retryAt: Timestamp?, recorded: StepRecord?)
    /// Report recorded steps that today's code no longer asked for.
    case reportUnused([StepKey])
    /// Say how far the job has come.
    case updateProgress(Progress)
    /// Log a line.
    case writeLog(LogWritten)
    /// Record an event of the application's own.
    case emit(AppEmitted)
    /// Keep a file whose bytes are in the store. `recorded` is the file of that name as the log has it.
    case saveArtifact(ArtifactSaved, recorded: ArtifactRecord?)
    /// Record that something was paid for.
    case charge(JobCharge)
    /// End the job with what the handler returned.
    case complete(output: Payload)
    /// End the attempt with what the handler threw.
    case failAttempt(JobFailure, RetryVerdict)
    /// End the job as cancelled, because the handler said so or gave way to a request.
    case cancel(reason: String?)
    /// Give the job back until a moment, without using up the attempt.
    case snooze(until: Timestamp, reason: String?)
    /// Give the job back, without using up the attempt.
    case release(reason: String)
    /// Give the job back until somebody resumes it.
    case pause(reason: String?)
    /// Ask a person for a decision. `recorded` is the wait as the log has it.
    case openCheckpoint(CheckpointOpened, recorded: WaitRecord?)
    /// Let a wait end by itself at a moment. `recorded` is the wait as the log has it.
    case setTimer(TimerSet, recorded: WaitRecord?)
    /// Take a signal that came. `recorded` is the wait as the log has it.
    case consumeSignal(WaitKey, recorded: WaitRecord?)
    /// Note a child that begins in the same transaction. `recorded` is the wait as the log has it.
    case spawn(ChildSpawned, recorded: WaitRecord?)
    /// Give the job back until one of these happens. `isOver` tells that the log has the end of one already.
    case wait([WaitReason], isOver: Bool)
}

/// What a person or program asks of a job from outside.
///
/// Each is safe to repeat.
public enum SteerCommand: Hashable, Sendable {
    /// Stop the job: at once when nobody runs it, else by asking its handler, which has until `within` to do so.
    ///
    /// After that the job is cancelled whatever its handler does. Nil lets the handler take its time.
    case cancel(reason: String?, within: Duration? = nil)
    /// Keep the job from starting; a running one gives way after its current step, which has until `within`.
    case pause(reason: String?, within: Duration? = nil)
    /// Let a paused job run again.
    case resume(reason: String?)
    /// Begin a new life of an ended job.
    case retry(reason: String?)
    /// Let a job spend more. It does not let a paused job go on.
    case raiseBudget(to: CostAmount, reason: String?)
    /// Let the job go before or behind others.
    case reprioritise(JobPriority, reason: String?)
    /// Move the moment before which the job does not start.
    case reschedule(Timestamp, reason: String?)
    /// Decide a checkpoint; without an occurrence the newest of its name. `recorded` is it as the log has it.
    case decide(CheckpointVerdict, recorded: WaitRecord?)
    /// Deliver a fact from outside.
    ///
    /// `newest` is the newest record of a signal of its name, `repeated` that of the same delivery.
    case signal(SignalDelivery, newest: WaitRecord?, repeated: WaitRecord?)
}

/// What a person decides about a checkpoint.
public struct CheckpointVerdict: Hashable, Sendable {
    /// The checkpoint's name.
    public var name: WaitName
    /// Which of that name; nil for the newest.
    public var occurrence: Int?
    /// What is decided.
    public var choice: CheckpointChoice
    /// Why, in words for people.
    public var reason: String?
    /// What the handler is given.
    public var value: Payload

    /// Puts a verdict together.
    public init(
        _ choice: CheckpointChoice, name: WaitName, occurrence: Int? = nil, reason: String? = nil,
        value: Payload = .null
    ) {
        self.name = name
        self.occurrence = occurrence
        self.choice = choice
        self.reason = reason
        self.value = value
    }
}

/// A fact from outside on its way to a job.
public struct SignalDelivery: Hashable, Sendable {
    /// The signal's name.
    public var name: WaitName
    /// Any JSON value.
    public var payload: Payload
    /// By what a repeated delivery is known; nil when each counts.
    public var request: RequestMark?

    /// Puts a delivery together.
    public init(name: WaitName, payload: Payload, request: RequestMark? = nil) {
        self.name = name
        self.payload = payload
        self.request = request
    }
}

/// What to do about an error that a handler threw.
public enum RetryVerdict: Hashable, Sendable {
    /// Ask the job's policy; `random` is from 0 up to 1.
    case byPolicy(random: Double)
    /// Try again at a moment chosen by the handler, if the policy has an attempt left.
    case at(Timestamp)
    /// Never try again.
    case discard
}

/// Why a command was refused.
///
/// Nothing was written.
public enum JobRejection: Error, Hashable, Sendable {
    /// There is no job of this id.
    case unknownJob
    /// The job ended and was deleted by retention.
    case pruned
    /// The values of the job were redacted, so that nothing can follow any more.
    case redacted
    /// The values of the job are not encrypted, so there is no key.
    case notEncrypted
    /// A job of this id exists.
    case alreadyExists
    /// The lease is held by somebody else or by nobody.
    case leaseLost
    /// The job has ended, in this state.
    case ended(JobPhaseName)
    /// The command does not fit the state that the job is in.
    case notPossible(in: JobPhaseName)
    /// The step has a recorded result (P2).
    case stepRecorded(StepKey)
    /// The job never opened a checkpoint of this name.
    case unknownCheckpoint(WaitName)
    /// The job has no step of this name that began.
    case unknownStep(StepKey)
    /// The job was enqueued without a limit.
    case noBudget
    /// The limit in force is higher.
    case budgetNotRaised(limit: CostAmount)
    /// The job counts in as many units as it may.
    case tooManyUnits
    /// The name of the request was given before to one that asked for something else.
    case requestReused(RequestKey)
}

extension JobRejection: CustomStringConvertible {
    /// One sentence that is safe to log.
    public var description: String {
        switch self {
        case .unknownJob: "there is no such job"
        case .pruned: "the job ended and was pruned: the engine.pruned events tell when, by whom and why"
        case .redacted:
            "the job's values were redacted, so that it stays as it is: the engine.redacted event tells when, by whom and why"
        case .notEncrypted:
            "the values of the job are not encrypted, so there is no key to destroy; it can be redacted"
        case .notEncrypted:
            "the values of the job are not encrypted, so there is no key to destroy; it can be redacted"
        case .alreadyExists: "a job of this id exists already"
        case .leaseLost: "the lease is held by another worker or has ended"
        case .ended(let phase): "the job has ended: it is \(phase.rawValue)"
        case .notPossible(let phase): "that is not possible while the job is \(phase.rawValue)"
        case .stepRecorded(let step): "the result of step \(step) is recorded already"
        case .unknownCheckpoint(let name): "the job has no checkpoint \"\(name)\""
        case .unknownStep(let step): "the job never began a step \(step)"
        case .noBudget: "the job was enqueued without a budget, so there is no limit to raise"
        case .budgetNotRaised(let limit): "the limit is \(limit) already; a new one has to be higher"
        case .requestReused(let id):
            "the request \"\(id)\" was sent before and asked for something else; give another one another name"
        case .tooManyUnits: "a job counts its costs in at most \(JobCosts.maximumUnits) units"
        }
    }
}
