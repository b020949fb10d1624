import HoldfastCore

/// Draws what a job did when as bars, one line for the job and one for each step and wait.
///
/// A pure function of the timeline and the width.
struct TimelineChart {
    /// The characters that bars are made of.
    enum Glyphs: Hashable, Sendable {
        /// Blocks, for terminals that show UTF-8.
        case blocks
        /// ASCII, for all others and for files.
        case ascii
    }

    /// The most lines of steps and waits; where there are more, those of one name share a line.
    private static let longest = 60
    private static let gap = 2
    private static let widestTitle = 28
    /// The width where the output is no terminal.
    private static let standardWidth = 80

    /// How moments are written.
    let text: JobStateText
    /// The characters of the bars.
    let glyphs: Glyphs
    /// The columns there are; nil when the output is no terminal.
    let width: Int?

    /// The picture from top to bottom: what it is of, the bars, and what they mean.
    func lines(_ timeline: JobTimeline) -> [StyledLine] {
        guard let state = timeline.state, let first = timeline.first else { return [] }
        let end = timeline.end(at: text.now)
        let rows = rows(timeline, until: end)
        let columns = columns(for: rows)
        let scale = Scale(start: first, end: end, columns: columns.bar)
        var lines = [header(state, first, end), StyledLine()]
        for row in rows.prefix(Self.longest + 1) {
            var line = StyledLine(row.title.truncated(to: columns.title).padded(to: columns.title), row.style)
            line.append(.spaces(Self.gap))
            line.append(bar(row.spans, scale))
            line.append(.spaces(Self.gap))
            line.append(row.length.padded(to: columns.length, .trailing), .dim)
            lines.append(line)
        }
        if rows.count > Self.longest + 1 {
            lines.append(StyledLine(TerminalText("and \(rows.count - Self.longest - 1) more"), .dim))
        }
        return lines + [StyledLine()] + legend(of: rows.prefix(Self.longest + 1))
    }

    private func header(_ state: JobState, _ first: Timestamp, _ end: Timestamp) -> StyledLine {
        var line = StyledLine(TerminalText("\(state.origin.kind) \(state.phase.name.rawValue)"), .bold)
        line.append(
            TerminalText(
                ", \(text.length(from: first, to: end)) from \(text.moment(first)) to \(text.moment(end))"))
        return line
    }

    /// A line of bars before it is drawn.
    private struct Row {
        let title: TerminalText
        let style: Style?
        let spans: [JobTimeline.Span]
        let length: TerminalText
    }

    private func rows(_ timeline: JobTimeline, until end: Timestamp) -> [Row] {
        let job = timeline.lanes[0]
        let others = grouped(Array(timeline.lanes.dropFirst()))
        let ofJob = Row(
            title: "job", style: .bold, spans: job.spans,
            length: TerminalText(HumanUnits.duration(microseconds: job.length(of: .running, until: end))))
        return [ofJob]
            + others.map { title, lane in
                let activity: JobTimeline.Activity =
                    if case .wait = lane.name { .waiting } else { .running }
                let length = HumanUnits.duration(microseconds: lane.length(of: activity, until: end))
                return Row(
                    title: TerminalText(title), style: nil, spans: lane.spans, length: TerminalText(length))
            }
    }

    /// The lanes with their titles; all of one name together where there are too many.
    private func grouped(_ lanes: [JobTimeline.Lane]) -> [(title: String, lane: JobTimeline.Lane)] {
        guard lanes.count > Self.longest else { return lanes.map { ($0.name?.title ?? "", $0) } }
        var groups: [(title: String, lane: JobTimeline.Lane, count: Int)] = []
        var places: [String: Int] = [:]
        for lane in lanes {
            let title = lane.name?.groupTitle ?? ""
            if let place = places[title] {
                groups[place].lane.spans += lane.spans
                groups[place].count += 1
            } else {
                places[title] = groups.count
                groups.append((title, lane, 1))
            }
        }
        return groups.map { ($0.count == 1 ? $0.title : "\($0.title) x\($0.count)", $0.lane) }
    }

    private func columns(for rows: [Row]) -> (title: Int, bar: Int, length: Int) {
        let width = width ?? Self.standardWidth
        let length = rows.map(\.length.width).max() ?? 0
        let title = min(rows.map(\.title.width).max() ?? 0, Self.widestTitle, max(4, width / 3))
        return (title, max(4, width - title - length - 2 * Self.gap), length)
    }

    /// Draws stretches of time over one another, the most telling on top.
    private func bar(_ spans: [JobTimeline.Span], _ scale: Scale) -> StyledLine {
        var cells = [JobTimeline.Activity?](repeating: nil, count: scale.columns)
        for span in spans {
            for column in scale.columns(of: span) {
                cells[column] = cells[column].map { max($0, span.activity) } ?? span.activity
            }
        }
        var line = StyledLine()
        var rest = cells[...]
        while let activity = rest.first {
            let run = rest.prefix { $0 == activity }
            let glyph = activity.map { glyphs.character(for: $0) } ?? " "
            line.append(TerminalText(String(repeating: glyph, count: run.count)), activity?.style)
            rest = rest.dropFirst(run.count)
        }
        return line
    }

    /// What the characters that were used mean, on as many lines as it takes.
    private func legend(of rows: some Sequence<Row>) -> [StyledLine] {
        let used = Set(rows.flatMap { $0.spans.map(\.activity) })
        let width = width ?? Self.standardWidth
        var lines: [StyledLine] = []
        for activity in JobTimeline.Activity.allCases.filter(used.contains) {
            let piece = TerminalText("\(glyphs.character(for: activity)) \(activity.word)")
            // A character and its word are never parted.
            if let last = lines.last, last.width + 3 + piece.width <= width {
                lines[lines.count - 1].append(.spaces(3) + piece, .dim)
            } else {
                lines.append(StyledLine(piece, .dim))
            }
        }
        return lines
    }
}

/// Where moments are on a line.
private struct Scale {
    let start: Timestamp
    let columns: Int
    private let end: Timestamp
    private let length: Double

    init(start: Timestamp, end: Timestamp, columns: Int) {
        (self.start, self.end, self.columns) = (start, end, columns)
        length = Double(max(1, end.microseconds - start.microseconds))
    }

    /// The columns that a stretch of time takes, at least one.
    func columns(of span: JobTimeline.Span) -> ClosedRange<Int> {
        let first = min(columns - 1, column(of: span.start))
        let last =
            (span.end ?? end).microseconds > span.start.microseconds
            ? column(of: span.end ?? end, isEnd: true) : first
        return first...max(first, min(columns - 1, last))
    }

    private func column(of moment: Timestamp, isEnd: Bool = false) -> Int {
        let place = Double(moment.microseconds - start.microseconds) / length * Double(columns)
        return max(0, isEnd ? Int(place.rounded(.up)) - 1 : Int(place))
    }
}

extension JobTimeline.LaneName {
    /// What stands before the bar.
    fileprivate var title: String {
        switch self {
        case .step(let step): step.occurrence == 1 ? step.name.rawValue : "\(step)"
        case .wait(let wait): "\(wait.kind.rawValue) \(WaitText.place(wait))"
        }
    }

    /// What stands before the bar of all of that name.
    fileprivate var groupTitle: String {
        switch self {
        case .step(let step): step.name.rawValue
        case .wait(let wait): "\(wait.kind.rawValue) \(wait.name)"
        }
    }
}

extension JobTimeline.Activity {
    /// What it is called in the legend.
    fileprivate var word: String {
        switch self {
        case .queued: "queued"
        case .paused: "paused"
        case .later: "due later"
        case .waiting: "waits"
        case .running: "runs"
        case .failed: "failed"
        case .crashed: "crashed"
        }
    }

    fileprivate var style: Style? {
        switch self {
        case .queued, .later: .dim
        case .paused, .waiting: .yellow
        case .running: .green
        case .failed, .crashed: .red
        }
    }
}

extension TimelineChart.Glyphs {
    /// What a terminal or a file can take.
    ///
    /// - Parameters:
    ///   - style: What the output can show.
    ///   - variable: Reads an environment variable; of interest are `LC_ALL`, `LC_CTYPE` and `LANG`, the first that is
    ///     set.
    init(_ style: OutputStyle, variable: (String) -> String?) {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty } ?? ""
        let name = locale.uppercased()
        self = style.isTerminal && (name.hasSuffix("UTF-8") || name.hasSuffix("UTF8")) ? .blocks : .ascii
    }

    fileprivate func character(for activity: JobTimeline.Activity) -> Character {
        switch (activity, self) {
        case (.queued, .blocks): "░"
        case (.queued, .ascii): "."
        case (.paused, _): "="
        case (.later, .blocks): "·"
        case (.later, .ascii): ":"
        case (.waiting, .blocks): "▒"
        case (.waiting, .ascii): "-"
        case (.running, .blocks): "█"
        case (.running, .ascii): "#"
        case (.failed, _): "x"
        case (.crashed, _): "!"
        }
    }
}
