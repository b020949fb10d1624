import HoldfastCore
import HoldfastEngine

/// Shows on a page what two runs have in common, and where they part.
struct ComparisonText {
    /// How moments are written.
    let text: JobStateText
    /// What is shown.
    let comparison: JobComparison
    /// The columns of the terminal; nil when nothing is to be cut.
    let width: Int?

    /// The page from top to bottom.
    var lines: [StyledLine] {
        head + values + divergence + steps + waits + costs
    }

    private var head: [StyledLine] {
        let (a, b) = (comparison.a, comparison.b)
        var lines = [line("A", sentence(a), .bold), line("B", sentence(b), .bold)]
        if let fork = comparison.fork {
            let (made, from) = fork.isB ? ("B", "A") : ("A", "B")
            lines.append(line("", "\(made) was made from \(from), to run again from \(fork.step) on"))
        }
        let names = comparison.differences.map(\.words).joined(separator: ", ")
        lines.append(
            names.isEmpty
                ? line("", "Nothing differs but times", .green) : line("", "Different: \(names)", .yellow))
        return lines
    }

    private func sentence(_ run: ComparedRun) -> String {
        var parts = ["\(run.job)", "\(run.kind)"]
        if run.handlerVersion != 1 { parts.append("version \(run.handlerVersion)") }
        if comparison.differences.contains(.queue) { parts.append("queue \(run.queue)") }
        let length = run.duration.map { " in \(HumanUnits.duration(microseconds: $0))" } ?? ""
        parts.append("\(run.state.rawValue)\(length)")
        parts.append("attempt \(run.attempts)")
        return parts.joined(separator: ", ")
    }

    /// What was given and what came of it, where that differs.
    private var values: [StyledLine] {
        let (a, b) = (comparison.a, comparison.b)
        return pair(.input, "Input", a.input?.words, b.input?.words)
            + pair(.output, "Output", a.output?.words, b.output?.words)
            + pair(.error, "Error", a.failure?.words, b.failure?.words)
    }

    private func pair(_ difference: RunDifference, _ title: String, _ a: String?, _ b: String?)
        -> [StyledLine]
    {
        guard comparison.differences.contains(difference) else { return [] }
        return [
            StyledLine(), StyledLine(TerminalText(title), .bold), line("A", a ?? "none"),
            line("B", b ?? "none"),
        ]
    }

    private var divergence: [StyledLine] {
        guard let step = comparison.firstDivergence else { return [] }
        let title = StyledLine(TerminalText("They part at \(step.key)"), .bold)
        return [StyledLine(), title, line("A", words(step.a)), line("B", words(step.b))]
    }

    private func words(_ side: ComparedStep.Side?) -> String {
        guard let side else { return "never began" }
        var parts = [side.status]
        if let output = side.output { parts.append(output.words) }
        if let failure = side.failure { parts.append("\(failure.type): \(failure.message)") }
        return parts.joined(separator: ", ")
    }

    private func line(_ label: String, _ value: String, _ style: Style? = nil) -> StyledLine {
        var line = StyledLine(TerminalText(label).padded(to: 3), .dim)
        line.append(TerminalText(value, limit: width ?? .max), style)
        return line
    }

    // MARK: - Tables

    private var steps: [StyledLine] {
        let count = comparison.stepCount
        guard count.all > 0 else { return [] }
        let parts = [
            (count.same, "the same" + (count.reused > 0 ? " (\(count.reused) reused)" : "")),
            (count.different, "different"), (count.onlyA, "only in A"), (count.onlyB, "only in B"),
        ]
        let words = parts.filter { $0.0 > 0 }.map { "\(HumanUnits.count(Int64($0.0))) \($0.1)" }
        let table = TextTable<ComparedStep>(columns: [
            .init("STEP", minimumWidth: 12, maximumWidth: 40, priority: 9) { TableCell("\($0.key)") },
            .init("A", alignment: .trailing, minimumWidth: 9, priority: 8) { TableCell(Self.cell($0.a)) },
            .init("B", alignment: .trailing, minimumWidth: 9, priority: 8) { TableCell(Self.cell($0.b)) },
            .init("B/A", alignment: .trailing, minimumWidth: 6, priority: 6) {
                TableCell(Self.ratio($0.a?.ownDuration, $0.b?.ownDuration), .dim)
            },
            .init("DIFFERENT", minimumWidth: 9, maximumWidth: 30, priority: 7) {
                TableCell($0.differences.map(\.words).joined(separator: ", "), .yellow)
            },
        ])
        var lines = section("Steps: \(words.joined(separator: ", "))")
        lines += table.layout(comparison.steps, width: width).lines
        let rest = count.all - comparison.steps.count
        if rest > 0 { lines.append(line("", "and \(HumanUnits.count(Int64(rest))) more", .dim)) }
        return lines
    }

    private var waits: [StyledLine] {
        guard !comparison.waits.isEmpty else { return [] }
        let table = TextTable<ComparedWait>(columns: [
            .init("WAIT", minimumWidth: 14, maximumWidth: 40, priority: 9) { TableCell("\($0.key)") },
            .init("A", minimumWidth: 9, maximumWidth: 40, priority: 8) { TableCell(Self.cell($0.a)) },
            .init("B", minimumWidth: 9, maximumWidth: 40, priority: 8) { TableCell(Self.cell($0.b)) },
            .init("DIFFERENT", minimumWidth: 9, maximumWidth: 30, priority: 7) {
                TableCell($0.differences.map(\.words).joined(separator: ", "), .yellow)
            },
        ])
        let more = comparison.hasMoreWaits ? [line("", "and more, which were not looked at", .dim)] : []
        return section("Waits, decisions and signals")
            + table.layout(comparison.waits, width: width).lines + more
    }

    private var costs: [StyledLine] {
        let (a, b) = (comparison.a.spent, comparison.b.spent)
        let units = Set(a.keys).union(b.keys).sorted()
        guard !units.isEmpty else { return [] }
        let table = TextTable<CostUnit>(columns: [
            .init("COST", minimumWidth: 8, priority: 9) { TableCell($0.rawValue) },
            .init("A", alignment: .trailing, minimumWidth: 8, priority: 8) {
                TableCell("\(a[$0] ?? .zero)")
            },
            .init("B", alignment: .trailing, minimumWidth: 8, priority: 8) {
                TableCell("\(b[$0] ?? .zero)")
            },
            .init("B/A", alignment: .trailing, minimumWidth: 6, priority: 6) {
                TableCell(Self.ratio(a[$0]?.micros, b[$0]?.micros), .dim)
            },
        ])
        return section("Costs") + table.layout(units, width: width).lines
    }

    private func section(_ title: String) -> [StyledLine] {
        [StyledLine(), StyledLine(TerminalText(title), .bold)]
    }

    private static func cell(_ side: ComparedStep.Side?) -> String {
        guard let side else { return "-" }
        if side.isReused { return "reused" }
        return side.duration.map { HumanUnits.duration(microseconds: $0) } ?? side.status
    }

    private static func cell(_ side: ComparedWait.Side?) -> String {
        guard let side else { return "-" }
        let actor = side.actor.map { " by \($0.words)" } ?? ""
        let length =
            side.duration.map { " after \(HumanUnits.duration(microseconds: max(0, $0)))" } ?? ""
        return side.status + actor + length
    }

    /// How many times the first number the second one is; empty where that says nothing.
    private static func ratio(_ a: Int64?, _ b: Int64?) -> String {
        guard let a, let b, a > 0 else { return "" }
        let hundredths = (Double(b) / Double(a) * 100).rounded()
        guard hundredths < 1_000_000 else { return "> 9,999" }
        let (whole, rest) = Int64(hundredths).quotientAndRemainder(dividingBy: 100)
        return "\(HumanUnits.count(whole)).\(HumanUnits.twoDigits(rest))"
    }
}

extension ComparedStep.Side {
    /// How long it ran in its own run; nil for a result that was taken over.
    fileprivate var ownDuration: Int64? { isReused ? nil : duration }
}

extension ComparedValue {
    /// How the value begins, and how much there is.
    fileprivate var words: String {
        let size = HumanUnits.bytes(bytes)
        guard let beginning else { return "\(size), SHA-256 \(sha256.prefix(12))…" }
        return Int64(beginning.utf8.count) == bytes ? beginning : "\(beginning)… (\(size))"
    }
}

extension RunDifference {
    /// What differs, in words.
    fileprivate var words: String {
        switch self {
        case .onlyA: "only in A"
        case .onlyB: "only in B"
        default: rawValue
        }
    }
}
