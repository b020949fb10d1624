import HoldfastCore
import HoldfastEngine
import Synchronization

/// Notes what a handler asks for in a replay, and keeps the bodies of steps from running.
final class ReplayObserver: CallObserver {
    private let job: JobID
    private let failures: [StepKey: JobFailure]
    private let clock: ManualClock
    private let state = Mutex<[DurableCall]>([])

    /// Prepares to watch a job.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - failures: How those steps failed that have no result.
    ///   - clock: What a step without a result waits for, in vain.
    init(_ job: JobID, failures: [StepKey: JobFailure], clock: ManualClock) {
        self.job = job
        self.failures = failures
        self.clock = clock
    }

    /// What the handler asked for, in order.
    var asked: [DurableCall] { state.withLock { $0 } }

    func ask(_ call: DurableCall, of job: JobID) {
        guard job == self.job else { return }
        state.withLock { $0.append(call) }
    }

    func admit(_ step: StepKey, of job: JobID) async throws {
        if job == self.job, let failure = failures[step] { throw RecordedStepFailure(failure) }
        // The handler comes no further here, since nobody knows what the step would give.
        try await clock.sleep(until: clock.now.advanced(by: JobBench.horizon))
    }
}
