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
    /// Let a job whose due time was reached run.
    case fireTimer
    /// Move the due time of a job that waits to start; one that does not wait stays as it is.
    case postpone(until: Timestamp, reason: String?)
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
}

/// What a person or program asks of a job from outside.
///
/// Each is safe to repeat.
public enum SteerCommand: Hashable, Sendable {
    /// Stop the job: at once when it waits, else by asking its handler.
    case cancel(reason: String?)
    /// Keep a waiting job from starting.
    case pause(reason: String?)
    /// Let a paused job run again.
    case resume(reason: String?)
    /// Begin a new life of an ended job.
    case retry(reason: String?)
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
}

extension JobRejection: CustomStringConvertible {
    /// One sentence that is safe to log.
    public var description: String {
        switch self {
        case .unknownJob: "there is no such job"
        case .alreadyExists: "a job of this id exists already"
        case .leaseLost: "the lease is held by another worker or has ended"
        case .ended(let phase): "the job has ended: it is \(phase.rawValue)"
        case .notPossible(let phase): "that is not possible while the job is \(phase.rawValue)"
        case .stepRecorded(let step): "the result of step \(step) is recorded already"
        }
    }
}
