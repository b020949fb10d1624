/// Draws the state of a job as one line with a bar.
///
/// A pure function of the state and the width. What matters least is left out first: the message is
/// cut, then go the elapsed time, the phase, the rate, the time left, the counts, and the bar
/// itself; the percentage is always there.
enum ProgressBar {
    private static let gap = 2
    private static let messageMinimum = 8

    /// The pieces of the line from left to right.
    private enum Piece: Int {
        case phase, bar, percent, counts, rate, remaining, elapsed, message
    }

    /// Returns the line for a state.
    ///
    /// - Parameters:
    ///   - state: How far the job is.
    ///   - width: The columns the line must fit in, or nil when the output is no terminal: then all
    ///     is written, without a bar.
    /// - Returns: One line, empty when nothing is known and there is no width for a bar.
    static func line(_ state: ProgressState, width: Int?) -> StyledLine {
        let candidates = texts(of: state, width: width)
        var chosen: [(piece: Piece, line: StyledLine)] = []
        var used = 0
        for (piece, line) in candidates {
            let cost = line.width + (chosen.isEmpty ? 0 : gap)
            guard let width, used + cost > width else {
                chosen.append((piece, line))
                used += cost
                continue
            }
            let room = width - used - gap
            if piece == .message, room >= messageMinimum {
                chosen.append((piece, line.truncated(to: room)))
                used = width
            }
        }
        var result = StyledLine()
        for (_, line) in chosen.sorted(by: { $0.piece.rawValue < $1.piece.rawValue }) {
            if result.width > 0 { result.append(.spaces(gap)) }
            result.append(line)
        }
        return width.map(result.truncated(to:)) ?? result
    }

    /// Returns the pieces that the state has something for, the most important first.
    private static func texts(of state: ProgressState, width: Int?) -> [(Piece, StyledLine)] {
        var texts: [(Piece, StyledLine)] = []
        func add(_ piece: Piece, _ text: TerminalText, _ style: Style? = nil) {
            if !text.text.isEmpty { texts.append((piece, StyledLine(text, style))) }
        }
        if let completion = state.completion {
            let percent = TerminalText(HumanUnits.percent(completion))
            add(.percent, percent.padded(to: width == nil ? 0 : 5, .trailing), .bold)
        }
        if let width { texts.append((.bar, bar(state, columns: min(max(width / 5, 4), 40)))) }
        add(.counts, counts(of: state))
        if let remaining = state.remainingMicroseconds {
            // The last second is not counted down: an estimate is not that exact.
            let shown = HumanUnits.duration(microseconds: max(remaining, 1_000_000))
            add(.remaining, "ETA \(shown)")
        }
        if let rate = state.ratePerSecond { add(.rate, TerminalText(HumanUnits.rate(perSecond: rate))) }
        if let phase = state.phase {
            add(.phase, TerminalText(phase, limit: width == nil ? .max : 20), .cyan)
        }
        if let elapsed = state.elapsedMicroseconds {
            add(.elapsed, "\(HumanUnits.duration(microseconds: elapsed)) elapsed", .dim)
        }
        if let message = state.message { add(.message, TerminalText(message, limit: width ?? .max), .dim) }
        return texts
    }

    private static func counts(of state: ProgressState) -> TerminalText {
        guard let done = state.done else { return .empty }
        let unit = state.unit.isEmpty ? "" : " \(state.unit)"
        guard let total = state.total, total > 0 else { return TerminalText(HumanUnits.count(done) + unit) }
        let totalText = HumanUnits.count(total)
        // The counter keeps its width, so that what follows does not jump when a digit is added.
        let doneText = TerminalText(HumanUnits.count(done)).padded(to: totalText.utf8.count, .trailing)
        return doneText + TerminalText("/\(totalText)\(unit)")
    }

    private static func bar(_ state: ProgressState, columns: Int) -> StyledLine {
        guard let completion = state.completion else { return pulse(state, columns: columns) }
        let eighths = Int((completion * Double(columns * 8)).rounded(.down))
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        let filled = TerminalText(String(repeating: "█", count: eighths / 8) + partial)
        var line = StyledLine(filled, .green)
        line.append(TerminalText(String(repeating: "░", count: columns - filled.width)), .dim)
        return line
    }

    /// Draws a block that wanders to and fro, for work without a known end.
    private static func pulse(_ state: ProgressState, columns: Int) -> StyledLine {
        let block = min(3, columns)
        let travel = columns - block
        let tick = Int((state.elapsedMicroseconds ?? 0).magnitude / 200_000 % UInt64(max(1, travel * 2)))
        let start = tick <= travel ? tick : travel * 2 - tick
        var line = StyledLine(TerminalText(String(repeating: "░", count: start)), .dim)
        line.append(TerminalText(String(repeating: "█", count: block)), .green)
        line.append(TerminalText(String(repeating: "░", count: travel - start)), .dim)
        return line
    }
}
