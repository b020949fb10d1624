/// Compares two lists line by line, for people to read.
struct LineDifference {
    /// One line of the comparison.
    enum Line: Hashable {
        /// In both lists.
        case same(String)
        /// Only in the first list: expected, but not there.
        case missing(String)
        /// Only in the second list: there, but not expected.
        case added(String)
    }

    /// Both lists in one, in their orders.
    private(set) var lines: [Line] = []

    /// Whether the lists are the same.
    var isEmpty: Bool {
        lines.allSatisfy { if case .same = $0 { true } else { false } }
    }

    /// Compares two lists.
    ///
    /// - Parameters:
    ///   - expected: What should be there.
    ///   - actual: What is there.
    ///   - describe: The line of what should be there.
    ///   - describeActual: The line of what is there.
    ///   - matches: Whether two of them are the same.
    init<Expected, Actual>(
        _ expected: [Expected], _ actual: [Actual], describe: (Expected) -> String,
        describeActual: (Actual) -> String, matches: (Expected, Actual) -> Bool
    ) {
        // The longest common subsequence from each pair of places on; both lists are histories of tests.
        let width = actual.count + 1
        var lengths = [Int](repeating: 0, count: (expected.count + 1) * width)
        for row in expected.indices.reversed() {
            for column in actual.indices.reversed() {
                lengths[row * width + column] =
                    matches(expected[row], actual[column])
                    ? lengths[(row + 1) * width + column + 1] + 1
                    : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
            }
        }
        var (row, column) = (0, 0)
        while row < expected.count || column < actual.count {
            if row < expected.count, column < actual.count, matches(expected[row], actual[column]) {
                lines.append(.same(describeActual(actual[column])))
                (row, column) = (row + 1, column + 1)
            } else if column == actual.count
                || row < expected.count
                    && lengths[(row + 1) * width + column] >= lengths[row * width + column + 1]
            {
                lines.append(.missing(describe(expected[row])))
                row += 1
            } else {
                lines.append(.added(describeActual(actual[column])))
                column += 1
            }
        }
    }

    /// The lines as text: `-` before what is missing, `+` before what was not expected.
    var text: String {
        lines.map { line in
            switch line {
            case .same(let text): "  \(text)"
            case .missing(let text): "- \(text)"
            case .added(let text): "+ \(text)"
            }
        }.joined(separator: "\n")
    }
}
