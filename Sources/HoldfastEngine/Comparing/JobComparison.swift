public import HoldfastCore
import HoldfastStore

/// What two runs have in common, and where they part.
public struct JobComparison: Hashable, Sendable {
    /// That one of the two was made from the other.
    public struct Fork: Hashable, Sendable {
        /// Whether the second run was made from the first; else the first was made from the second.
        public var isB: Bool
        /// The first step that it ran again.
        public var step: StepKey
    }

    /// The first run.
    public var a: ComparedRun
    /// The second run.
    public var b: ComparedRun
    /// How one was made from the other; nil when neither was.
    public var fork: Fork?
    /// The step with which they part: of those that differ, the one that began first, counted from the start of its run.
    public var firstDivergence: ComparedStep?
    /// How many steps are the same, differ, or are in one of the runs only.
    public var stepCount = StepCount()
    /// Steps in the order in which they began; where there are more than were asked for, those that differ come first.
    public var steps: [ComparedStep] = []
    /// The waits of both.
    public var waits: [ComparedWait] = []
    /// Whether there are more waits than those, which were not looked at.
    public var hasMoreWaits = false

    /// How many steps of two runs are alike.
    public struct StepCount: Hashable, Sendable {
        /// How many have the same result in both.
        public var same = 0
        /// How many of those were reused by the fork.
        public var reused = 0
        /// How many are in both and differ.
        public var different = 0
        /// How many are in the first run only.
        public var onlyA = 0
        /// How many are in the second run only.
        public var onlyB = 0

        /// How many there are.
        public var all: Int { same + different + onlyA + onlyB }

        mutating func count(_ step: ComparedStep) {
            switch step.differences.first {
            case nil:
                same += 1
                if step.a?.isReused != step.b?.isReused { reused += 1 }
            case .onlyA: onlyA += 1
            case .onlyB: onlyB += 1
            default: different += 1
            }
        }
    }

    /// What differs between the runs; how long they took counts for nothing.
    public var differences: [RunDifference] {
        let waitsDiffer = waits.contains { !$0.differences.isEmpty }
        let found: [(RunDifference, Bool)] = [
            (.kind, a.kind != b.kind), (.version, a.handlerVersion != b.handlerVersion),
            (.queue, a.queue != b.queue), (.input, a.input?.sha256 != b.input?.sha256),
            (.steps, stepCount.same != stepCount.all), (.waits, waitsDiffer), (.state, a.state != b.state),
            (.error, a.failure != b.failure), (.output, a.output?.sha256 != b.output?.sha256),
            (.cost, a.spent != b.spent),
        ]
        return found.filter(\.1).map(\.0)
    }

    /// Whether nothing differs.
    public var isSame: Bool { differences.isEmpty }
}

extension JobEngine {
    /// Compares two runs, step by step.
    ///
    /// What it keeps in memory does not grow with the number of steps; it reads in short pages, so a run that goes on
    /// meanwhile is compared as far as it came at each page.
    ///
    /// - Parameters:
    ///   - a: The first job.
    ///   - b: The second job.
    ///   - rows: How many steps are listed at most, from 1.
    /// - Returns: What they have in common, and where they part.
    /// - Throws: `JobRejection.unknownJob`, `.redacted`, `StoreError`.
    public func compare(_ a: JobID, with b: JobID, rows: Int = 200) async throws -> JobComparison {
        try await RunComparer.compare(a, with: b, rows: rows) { [log] turn in try await log.read(turn) }
    }
}
