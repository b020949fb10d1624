public import HoldfastCore
import HoldfastStore
import Synchronization

/// Compares the steps that a run asks for with those that the log holds: the strict mode.
///
/// A step of which the log knows nothing is held while recorded ones were not asked for yet, since another branch may
/// be about to ask for them. Once nothing of the run goes on beside held steps and waits, nobody is: the step is new.
final class StepMatching: Sendable {
    private struct State {
        /// The steps with a result when the run began; nil until they are read.
        var recorded: [StepKey]?
        /// The steps that began before, with or without a result.
        var known: Set<StepKey> = []
        var asked: Set<StepKey> = []
        var held: [StepKey: CheckedContinuation<Void, any Error>] = [:]
        var mismatch: StepMismatch?
        var isOver = false

        var unasked: [StepKey] { recorded?.filter { !asked.contains($0) } ?? [] }

        mutating func takeHeld() -> [StepKey: CheckedContinuation<Void, any Error>] {
            defer { held = [:] }
            return held
        }
    }

    private let state = Mutex(State())

    /// What does not match; nil while all does.
    var mismatch: StepMismatch? { state.withLock(\.mismatch) }

    /// Whether the steps of before were read.
    var isPrepared: Bool { state.withLock { $0.recorded != nil } }

    /// Whether steps are held.
    var isHolding: Bool { state.withLock { !$0.held.isEmpty } }

    /// Takes what the log knows of the job's steps.
    func prepare(_ records: [StepRecord]) {
        state.withLock { state in
            guard state.recorded == nil else { return }
            state.known = Set(records.map(\.key))
            state.recorded =
                records.filter { if case .completed = $0.status { !$0.key.name.isPayment } else { false } }
                .sorted { ($0.startedAt, $0.key.occurrence) < ($1.startedAt, $1.key.occurrence) }.map(\.key)
        }
    }

    /// Notes that a step was asked for, and lets held ones go on when it was the last recorded one.
    func ask(_ step: StepKey) {
        let held = state.withLock { state in
            state.asked.insert(step)
            return state.unasked.isEmpty ? state.takeHeld() : [:]
        }
        for continuation in held.values { continuation.resume() }
    }

    /// Whether a step has to wait until it is certain that it may run.
    func holds(_ step: StepKey) -> Bool {
        state.withLock { state in
            state.mismatch != nil || !state.known.contains(step) && !state.unasked.isEmpty
        }
    }

    /// Returns at once for a step that may run, and otherwise when that is certain.
    ///
    /// - Throws: `StepMismatch` for a new step; `CancellationError` when the run is over.
    func admit(_ step: StepKey) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if state.isOver || Task.isCancelled { return .failure(CancellationError()) }
                    if let mismatch = state.mismatch { return .failure(mismatch) }
                    if state.known.contains(step) || state.unasked.isEmpty { return .success(()) }
                    state.held[step] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let continuation = state.withLock { $0.held.removeValue(forKey: step) }
            continuation?.resume(throwing: CancellationError())
        }
    }

    /// Says that nobody will ask for the recorded steps any more: held steps are new ones.
    func decide() {
        let (held, mismatch) = state.withLock { state in
            let held = state.takeHeld()
            if let first = held.keys.min(by: { ($0.name, $0.occurrence) < ($1.name, $1.occurrence) }) {
                state.mismatch = state.mismatch ?? .added(first, unasked: state.unasked)
            }
            return (held, state.mismatch)
        }
        guard let mismatch else { return }
        for continuation in held.values { continuation.resume(throwing: mismatch) }
    }

    /// Ends the run for all held steps.
    ///
    /// - Returns: Whether any was held.
    func fail() -> Bool {
        let held = state.withLock { state in
            state.isOver = true
            return state.takeHeld()
        }
        for continuation in held.values { continuation.resume(throwing: CancellationError()) }
        return !held.isEmpty
    }

    /// Holds steps again: the run goes on after all.
    func reopen() { state.withLock { $0.isOver = false } }
}

/// Why the steps of a handler are not those of the log, in the strict mode.
public enum StepMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// The handler asks for a step of which the log knows nothing, before recorded ones that it did not ask for.
    case added(StepKey, unasked: [StepKey])
    /// The handler came to its end without asking for recorded steps.
    case removed([StepKey])

    /// One sentence that names the steps.
    public var description: String {
        switch self {
        case .added(let step, let unasked):
            "the handler asks for step \(step), which the log does not hold, where \(StepMismatch.list(unasked)) "
                + "was recorded"
        case .removed(let steps):
            "the handler ended without asking for \(StepMismatch.list(steps)), which the log holds"
        }
    }

    private static func list(_ steps: [StepKey]) -> String {
        let named = steps.prefix(3).map(\.description).joined(separator: ", ")
        return "step \(named)" + (steps.count > 3 ? " and \(steps.count - 3) more" : "")
    }
}

extension JobContext {
    /// Lets a step without a recorded result run, unless somebody wants to know about it first.
    func admit(_ step: StepKey) async throws {
        if let observer = engine.configuration.observer { try await observer.admit(step, of: job) }
        guard let matching else { return }
        if !matching.isPrepared { matching.prepare(try await allSteps()) }
        guard matching.holds(step) else { return }
        waits.beginHold()
        defer { waits.endHold() }
        do {
            try await matching.admit(step)
        } catch {
            try checkInterruption()
            throw error
        }
    }

    /// Every step of the job that the log knows of.
    private func allSteps() async throws -> [StepRecord] {
        let job = job
        return try await engine.fetch { reader in
            var records: [StepRecord] = []
            while true {
                let page = try reader.steps(of: job, after: records.last?.key, limit: 1000)
                records += page
                guard page.count == 1000 else { return records }
            }
        }
    }
}
