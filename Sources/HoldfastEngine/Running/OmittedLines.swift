import HoldfastCore

/// Counts a job's log lines that were left out, by level, until its history is told of them.
struct OmittedLines {
    private var counts: [LogLevel: Int] = [:]

    /// Whether the history knows of all of them.
    var isEmpty: Bool { counts.isEmpty }

    mutating func count(_ level: LogLevel) { counts[level, default: 0] += 1 }

    /// The line that tells of them; nil when there are none.
    ///
    /// They are not counted again.
    mutating func report() -> LogWritten? {
        guard !counts.isEmpty else { return nil }
        let total = counts.values.reduce(0, +)
        let metadata = JSONWriter.object { writer in
            writer.field("omitted", total)
            for level in LogLevel.allCases {
                guard let count = counts[level] else { continue }
                writer.key(text: level.rawValue)
                writer.number(Int64(count))
            }
        }
        counts = [:]
        let lines = total == 1 ? "1 log line was" : "\(total) log lines were"
        return LogWritten(
            level: .warning, message: "\(lines) left out here, because too many were on their way",
            metadata: metadata)
    }
}

extension LogLevel {
    /// Warnings and worse, which are kept longest when there are too many lines.
    var isGrave: Bool {
        switch self {
        case .trace, .debug, .info, .notice: false
        case .warning, .error, .critical: true
        }
    }
}
