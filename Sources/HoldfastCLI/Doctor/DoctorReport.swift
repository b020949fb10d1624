import HoldfastCore

/// What all checks of `holdfast doctor` found.
struct DoctorReport: Sendable {
    private static let levelWidth = 9

    /// The findings by the names of their checks, in order.
    let findings: [(check: String, finding: DoctorFinding)]

    /// Judges the facts.
    init(_ facts: DoctorFacts, checks: [DoctorCheck] = DoctorCheck.all) {
        findings = checks.compactMap { check in check.judge(facts).map { (check.name, $0) } }
    }

    /// How many findings are of a level.
    func count(_ level: DoctorFinding.Level) -> Int { findings.count { $0.finding.level == level } }

    /// A JSON object for each finding: `check, level, sentence, advice?`.
    var json: [JSONText] {
        findings.map { check, finding in
            JSONWriter.object { writer in
                writer.field("check", check)
                writer.field("level", finding.level.rawValue)
                writer.field("sentence", finding.sentence)
                writer.field("advice", optional: finding.advice)
            }
        }
    }

    /// The report as people read it: what is bad first, and below each finding what to do.
    ///
    /// - Parameter width: The columns of the terminal; nil when nothing is to be broken.
    /// - Returns: The lines from top to bottom.
    func lines(width: Int?) -> [StyledLine] {
        let order = DoctorFinding.Level.allCases.reversed()
        let lines = order.flatMap { level in
            findings.filter { $0.finding.level == level }.flatMap { Self.lines(of: $0.finding, width: width) }
        }
        return lines + [StyledLine(), summary]
    }

    private var summary: StyledLine {
        let (problems, warnings) = (count(.problem), count(.warning))
        guard problems + warnings > 0 else { return StyledLine("Nothing has to be done.", .green) }
        let words =
            "\(problems) \(problems == 1 ? "problem" : "problems"), "
            + "\(warnings) \(warnings == 1 ? "warning" : "warnings")."
        return StyledLine(TerminalText(words), problems > 0 ? .red : .yellow)
    }

    private static func lines(of finding: DoctorFinding, width: Int?) -> [StyledLine] {
        let room = width.map { max(1, $0 - levelWidth) }
        let label = TerminalText(finding.level.rawValue).padded(to: levelWidth)
        var lines: [StyledLine] = []
        for text in WrappedText.lines(finding.sentence, width: room) {
            var line = StyledLine(lines.isEmpty ? label : .spaces(levelWidth), finding.level.style)
            line.append(text)
            lines.append(line)
        }
        guard let advice = finding.advice else { return lines }
        return lines
            + WrappedText.lines(advice, width: room).map { text in
                var line = StyledLine(.spaces(levelWidth))
                line.append(TerminalText(text.plain), .cyan)
                return line
            }
    }
}

extension DoctorFinding.Level {
    fileprivate var style: Style {
        switch self {
        case .ok: .green
        case .warning: .yellow
        case .problem: .red
        }
    }
}
