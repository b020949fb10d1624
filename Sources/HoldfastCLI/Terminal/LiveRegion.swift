/// Draws a few status lines and the newest logs in one place, again and again.
///
/// On a terminal that can, each frame replaces the one before. Elsewhere frames are ordinary lines,
/// at most one frame in each interval. Holds no clock and writes nothing: it returns the text, to
/// be written in one piece and flushed. Nothing has to be undone when the process dies, because the
/// cursor always stands below the last frame.
struct LiveRegion: Sendable {
    private static let startLine = "\r\u{1B}[2K"
    /// Keeps a line that the terminal draws wider than thought from wrapping, which would spoil the
    /// next frame.
    private static let wrapOff = "\u{1B}[?7l"
    private static let wrapOn = "\u{1B}[?7h"
    private static let clearBelow = "\u{1B}[J"

    private let style: OutputStyle
    private let logCapacity: Int
    private let plainInterval: Int64
    private var logs: [StyledLine] = []
    private var skippedLogs: Int64 = 0
    private var paintedWidths: [Int] = []
    private var lastPlain: Int64?

    /// Makes an empty region.
    ///
    /// - Parameters:
    ///   - style: What the output can do; its size is only a first value.
    ///   - logCapacity: The newest logs that are kept and shown.
    ///   - plainInterval: The shortest time between two frames of ordinary lines, in microseconds.
    init(style: OutputStyle, logCapacity: Int = 6, plainInterval: Int64 = 5_000_000) {
        self.style = style
        self.logCapacity = max(0, logCapacity)
        self.plainInterval = plainInterval
    }

    /// Adds a log line to be shown by the next frame; the oldest makes room.
    mutating func add(log line: StyledLine) {
        logs.append(line)
        guard logs.count > logCapacity else { return }
        logs.removeFirst()
        skippedLogs += 1
    }

    /// Returns what to write now: the status with the newest logs below it.
    ///
    /// - Parameters:
    ///   - status: The lines at the top, such as the progress bar.
    ///   - size: The size of the terminal now, which may have changed.
    ///   - now: The time in microseconds; it need not be of the calendar.
    /// - Returns: Whole lines, or the empty text when it is too early for ordinary lines.
    mutating func frame(status: [StyledLine], size: TerminalSize, at now: Int64) -> String {
        guard style.redraws else {
            if let last = lastPlain, now >= last, now - last < plainInterval { return "" }
            lastPlain = now
            return plainLines(status)
        }
        return repaint(status, size: size, above: [])
    }

    /// Returns what to write so that lines stay for good above the region, which is drawn again
    /// below them.
    ///
    /// Elsewhere than on a terminal it is the lines alone, whatever the interval.
    mutating func permanent(_ lines: [StyledLine], status: [StyledLine], size: TerminalSize) -> String {
        guard style.redraws else { return rendered(lines, ending: "\n") }
        return repaint(status, size: size, above: lines)
    }

    /// Returns the last frame, whatever the interval; the next one starts below it.
    mutating func finish(status: [StyledLine], size: TerminalSize) -> String {
        defer {
            paintedWidths = []
            logs = []
            skippedLogs = 0
            lastPlain = nil
        }
        return style.redraws ? repaint(status, size: size, above: []) : plainLines(status)
    }

    private mutating func plainLines(_ status: [StyledLine]) -> String {
        var lines = logs
        if skippedLogs > 0 {
            let remark: TerminalText = "(\(HumanUnits.count(skippedLogs)) more log lines not shown)"
            lines.insert(StyledLine(remark, .dim), at: 0)
        }
        logs = []
        skippedLogs = 0
        return rendered(lines + status, ending: "\n")
    }

    private mutating func repaint(_ status: [StyledLine], size: TerminalSize, above: [StyledLine]) -> String {
        // The cursor needs a row of its own below the block, and cannot go up beyond the top of the
        // screen.
        let available = max(1, size.rows - 1)
        let newest = logs.suffix(max(0, available - status.count))
        let shown = (status.prefix(available) + newest).map { $0.truncated(to: size.columns) }
        // A terminal that has become narrower has wrapped the lines that stand there.
        let painted = paintedWidths.reduce(0) { $0 + max(1, ($1 + size.columns - 1) / max(1, size.columns)) }
        let up = min(painted, available)
        paintedWidths = shown.map(\.width)
        let body = (above.map { $0.truncated(to: size.columns) } + shown).map {
            Self.startLine + $0.rendered(color: style.usesColor) + "\n"
        }
        let start = up > 0 ? "\u{1B}[\(up)A" : ""
        return start + Self.wrapOff + body.joined() + Self.clearBelow + Self.wrapOn
    }

    private func rendered(_ lines: [StyledLine], ending: String) -> String {
        lines.map { style.render($0) + ending }.joined()
    }
}
