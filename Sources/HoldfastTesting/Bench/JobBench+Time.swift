public import HoldfastCore
import HoldfastEngine
import HoldfastStore

// How a test lets things happen.
extension JobBench {
    /// Returns when nothing can happen without time passing or somebody stepping in.
    ///
    /// Every job that a handler here could run has run as far as it can: it ended, or it waits for a moment, a signal, a
    /// decision or a child. A handler that awaits something else, such as a reply from outside, is awaited as well. Work
    /// that a handler leaves to a task which it does not await is not seen.
    ///
    /// - Throws: `CancellationError` when the test is cancelled, as its time limit does.
    public func runUntilIdle() async throws {
        while true {
            let seen = try await executor.rest()
            // Whatever was given to the writer and the reader before is done when they come to these.
            try await engine.log.write { _ in }
            try await engine.log.read { _ in }
            guard try await executor.rest() == seen else { continue }
            let runs = runs.all
            let holding = runs.filter { $0.standing == .holding }
            guard holding.isEmpty else {
                for run in holding { run.decideHeldSteps() }
                continue
            }
            let sleeping = clock.sleepingJobs
            if runs.allSatisfy({ $0.standing != .busy || sleeping.contains($0.job) }) { return }
            try await executor.activity(after: seen)
        }
    }

    /// Lets time pass: every timer that is due on the way fires at its moment, in order, and what it causes has come to
    /// rest before the next one.
    ///
    /// - Throws: As `runUntilIdle` does.
    public func advance(by duration: Duration) async throws {
        let end = clock.now.advanced(by: duration)
        try await runUntilIdle()
        while let next = clock.timers.first, next <= end {
            clock.advance(to: next)
            try await runUntilIdle()
        }
        clock.advance(to: end)
    }

    /// Lets as much time pass as a job needs to come to its end.
    ///
    /// - Returns: The job as it ended.
    /// - Throws: `JobStands` when the job cannot go on by itself; as `runUntilIdle` does; `JobRejection.unknownJob`.
    @discardableResult
    public func runToEnd(of job: JobID) async throws -> JobState {
        while true {
            try await runUntilIdle()
            let state = try await engine.state(of: job)
            if state.phase.name.isEnded { return state }
            let last = clock.now.advanced(by: JobBench.horizon / 2)
            guard let next = clock.timers.first, next < last else {
                throw JobStands(id: job, phase: state.phase)
            }
            clock.advance(to: next)
        }
    }
}

/// A job does not come to its end by itself.
public struct JobStands: Error, Hashable, Sendable, CustomStringConvertible {
    /// The job.
    public let id: JobID
    /// Where it stands.
    public let phase: JobPhase

    /// One sentence that says what it waits for.
    public var description: String { "job \(id) does not end by itself: it \(standing)" }

    private var standing: String {
        switch phase {
        case .waiting(let waiting):
            "waits for " + waiting.reasons.map(JobStands.text).joined(separator: " and ")
                + (waiting.hasMore ? " and more" : "")
        case .paused(let paused): "is paused" + (paused.reason.map { ": \($0)" } ?? "")
        case .queued: "is queued and no handler here takes it"
        case .scheduled, .running, .completed, .failed, .cancelled: "is \(phase.name.rawValue)"
        }
    }

    private static func text(_ reason: WaitReason) -> String {
        switch reason {
        case .wait(let wait, _): wait.description
        case .children(let name, _): "children \(name)"
        }
    }
}
