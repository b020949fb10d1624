package import HoldfastCore
package import HoldfastStore

/// Compares two runs, some steps at a time.
package struct RunComparer: Sendable {
    /// How many pairs of steps one short read looks at.
    private static let turnSize = 200

    private var a: RunSide
    private var b: RunSide
    private let rows: Int
    private var comparison: JobComparison
    private var differing: [ComparedStep] = []
    private var alike: [ComparedStep] = []

    /// Compares two runs with as many short reads as that takes.
    ///
    /// - Parameters:
    ///   - a: The first job.
    ///   - b: The second job.
    ///   - rows: How many steps are listed at most, from 1.
    ///   - read: Gives a reader to the body for one turn.
    /// - Returns: What they have in common, and where they part.
    /// - Throws: `JobRejection.unknownJob`, `.redacted`, `StoreError`, `EventDecodingError`.
    package static func compare(
        _ a: JobID, with b: JobID, rows: Int,
        reading read: (
            @escaping @Sendable (any StorageReader) throws -> (RunComparer, Bool)
        ) async throws -> (RunComparer, Bool)
    ) async throws -> JobComparison {
        var (comparer, isDone) = try await read { (try RunComparer(a, b, rows: rows, from: $0), false) }
        while !isDone {
            (comparer, isDone) = try await read { [comparer] reader in
                var next = comparer
                let isDone = try next.turn(from: reader)
                return (next, isDone)
            }
        }
        return comparer.finish()
    }

    private init(_ a: JobID, _ b: JobID, rows: Int, from reader: any StorageReader) throws {
        self.a = try RunSide(a, from: reader)
        self.b = try RunSide(b, from: reader)
        self.rows = rows
        comparison = JobComparison(a: self.a.run, b: self.b.run)
        if let fork = self.b.state.origin.fork, fork.job == a {
            comparison.fork = JobComparison.Fork(isB: true, step: fork.step)
        } else if let fork = self.a.state.origin.fork, fork.job == b {
            comparison.fork = JobComparison.Fork(isB: false, step: fork.step)
        }
        let (left, right) = (try self.a.waits(from: reader), try self.b.waits(from: reader))
        comparison.hasMoreWaits = left.hasMore || right.hasMore
        comparison.waits = Set(left.sides.keys).union(right.sides.keys)
            .sorted { RunComparer.order($0) < RunComparer.order($1) }
            .map { ComparedWait(key: $0, a: left.sides[$0], b: right.sides[$0]) }
    }

    /// Compares the next steps, which both stores give in the order of their keys.
    ///
    /// - Returns: True when no step is left.
    private mutating func turn(from reader: any StorageReader) throws -> Bool {
        for _ in 0..<RunComparer.turnSize {
            let (left, right) = (try a.peek(from: reader)?.key, try b.peek(from: reader)?.key)
            guard let key = [left, right].compactMap(\.self).min() else { return true }
            let step = ComparedStep(
                key: key, a: left == key ? try a.take(from: reader) : nil,
                b: right == key ? try b.take(from: reader) : nil)
            note(step)
        }
        return false
    }

    private mutating func note(_ step: ComparedStep) {
        comparison.stepCount.count(step)
        guard !step.differences.isEmpty else { return RunComparer.keep(step, in: &alike, rows) }
        RunComparer.keep(step, in: &differing, rows)
        if let first = comparison.firstDivergence, !RunComparer.precedes(step, first) { return }
        comparison.firstDivergence = step
    }

    private func finish() -> JobComparison {
        var result = comparison
        let shown = differing.sorted(by: RunComparer.precedes).prefix(rows)
        let others = alike.sorted(by: RunComparer.precedes).prefix(rows - shown.count)
        result.steps = (shown + others).sorted(by: RunComparer.precedes)
        return result
    }

    /// Keeps the first steps in the order of time, and forgets others now and then.
    private static func keep(_ step: ComparedStep, in list: inout [ComparedStep], _ rows: Int) {
        list.append(step)
        guard list.count > 2 * rows + 100 else { return }
        list = Array(list.sorted(by: precedes).prefix(rows))
    }

    private static func precedes(_ left: ComparedStep, _ right: ComparedStep) -> Bool {
        (left.start, left.key) < (right.start, right.key)
    }

    private static func order(_ key: WaitKey) -> (String, WaitName, Int) {
        (key.kind.rawValue, key.name, key.occurrence)
    }
}
