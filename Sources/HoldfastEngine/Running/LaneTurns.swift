import HoldfastCore

/// Shares the places of a process between its queues by their weights.
///
/// It is stride scheduling: each queue has a mark that moves by 1 / weight with each job, and the queue whose mark is
/// least is next. A queue that had nothing to run starts again where the others are, so it saves no credit.
struct LaneTurns: Sendable {
    /// How far the mark of a queue of weight 1 moves; weights up to 1,000 divide it well enough.
    private static let stride = 1_000_000

    private var marks: [QueueName: Int] = [:]
    /// The mark of the queue that was chosen last, which no queue that wants places is behind.
    private var now = 0

    /// The place of the queue that is next among those that want a place; of equals the first.
    ///
    /// Nil when none wants one.
    func next(among queues: some Sequence<(offset: Int, queue: QueueName)>) -> Int? {
        var best: (offset: Int, mark: Int)?
        for (offset, queue) in queues {
            let mark = mark(of: queue)
            if best.map({ mark < $0.mark }) ?? true { best = (offset, mark) }
        }
        return best?.offset
    }

    /// Notes that a queue took a place.
    mutating func took(_ queue: QueueName, weight: Int) {
        now = mark(of: queue)
        marks[queue] = now + LaneTurns.stride / max(1, weight)
    }

    private func mark(of queue: QueueName) -> Int { max(marks[queue] ?? now, now) }
}
