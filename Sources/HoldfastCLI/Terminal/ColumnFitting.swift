/// Shares the width of a terminal among the columns of a table.
struct ColumnFitting {
    /// What one column would like and what it can live with.
    struct Demand: Hashable, Sendable {
        /// The width of its widest cell or header, at least 1.
        var natural: Int
        /// The width below which it is left out; one that is above `natural` counts as `natural`.
        var minimum: Int
        /// The lowest gives way first.
        var priority: Int
    }

    /// The spaces between two columns.
    let gap: Int

    /// Returns the width of each column, or nil for one that is left out.
    ///
    /// The widths with their gaps never exceed `available`. Columns of the lowest priority shrink
    /// first, the widest of them before the others; if all are at their minimum, the one of lowest
    /// priority is left out, of equals the last, and the rest starts again from its natural widths.
    /// The last one left takes what there is, at least 1.
    func widths(for demands: [Demand], in available: Int) -> [Int?] {
        var kept = Array(demands.indices)
        while kept.count > 1 {
            if let shrunk = shrink(kept.map { demands[$0] }, to: available) {
                var result = [Int?](repeating: nil, count: demands.count)
                for (index, width) in zip(kept, shrunk) { result[index] = width }
                return result
            }
            let lowest = kept.map { demands[$0].priority }.min()
            if let dropped = kept.lastIndex(where: { demands[$0].priority == lowest }) {
                kept.remove(at: dropped)
            }
        }
        return demands.indices.map { index in
            kept.contains(index) ? max(1, min(demands[index].natural, available)) : nil
        }
    }

    /// Returns widths that fit, or nil when the minimums alone are too wide.
    private func shrink(_ demands: [Demand], to available: Int) -> [Int]? {
        let gaps = gap * (demands.count - 1)
        let minimums = demands.map { max(1, min($0.minimum, $0.natural)) }
        guard minimums.reduce(gaps, +) <= available else { return nil }
        var widths = demands.map(\.natural)
        var excess = widths.reduce(gaps, +) - available
        for priority in Set(demands.map(\.priority)).sorted() {
            let group = demands.indices.filter { demands[$0].priority == priority }
            while excess > 0 {
                let shrinkable = group.filter { widths[$0] > minimums[$0] }
                guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }
}
