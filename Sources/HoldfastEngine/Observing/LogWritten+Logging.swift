import HoldfastCore
import Logging

extension LogWritten {
    /// The longest message and the longest value of a logger's line, in bytes of UTF-8.
    static let byteLimit = 16 * 1024

    /// Makes an event of what a logger was given; what is too long is cut and says so.
    init(level: LogLevel, message: String, values: Logger.Metadata) {
        var room = LogWritten.byteLimit
        let text = LogWritten.cut(message, to: room)
        guard !values.isEmpty else {
            self.init(level: level, message: text)
            return
        }
        let metadata = JSONWriter.object { writer in
            LogWritten.write(values, into: &writer, &room)
        }
        self.init(level: level, message: text, metadata: metadata)
    }

    private static func write(_ values: Logger.Metadata, into writer: inout JSONWriter, _ room: inout Int) {
        var isFull = false
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard room > 0 else {
                isFull = true
                break
            }
            room -= name.utf8.count
            writer.key(text: cut(name, to: 256))
            write(value, into: &writer, &room)
        }
        if isFull { writer.field("left_out", "metadata above \(byteLimit) bytes") }
    }

    private static func write(
        _ value: Logger.MetadataValue, into writer: inout JSONWriter, _ room: inout Int
    ) {
        switch value {
        case .dictionary(let values): writer.object { write(values, into: &$0, &room) }
        case .array(let values):
            writer.array { writer in
                for value in values where room > 0 { write(value, into: &writer, &room) }
            }
        case .string, .stringConvertible:
            let text = cut("\(value)", to: max(0, room))
            room -= text.utf8.count + 1
            writer.string(text)
        }
    }

    /// The beginning of a text that is too long, with the number of bytes that are missing.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var beginning = text.unicodeScalars[...]
        if let end = text.utf8.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex) {
            beginning = text.unicodeScalars[..<end.samePositionOrBefore(in: text)]
        }
        let kept = String(beginning)
        return "\(kept)… (\(text.utf8.count - kept.utf8.count) bytes left out)"
    }
}

extension String.Index {
    /// The last boundary of a scalar that does not lie behind this index.
    fileprivate func samePositionOrBefore(in text: String) -> String.Index {
        var index = self
        while index > text.startIndex, index.samePosition(in: text.unicodeScalars) == nil {
            index = text.utf8.index(before: index)
        }
        return index
    }
}

extension LogLevel {
    /// The level of swift-log by the same name.
    init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}

extension Logger.Level {
    /// The level of the log by the same name.
    init(_ level: LogLevel) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}
