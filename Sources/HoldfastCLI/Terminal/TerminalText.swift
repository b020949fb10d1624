/// A text that is safe to write to a terminal, with the number of columns it takes.
///
/// Job inputs, error messages, file names and logs are written by others and may hold anything.
/// Making a value of this type is the only way such text gets to the screen: controls, escape
/// sequences, bidirectional overrides and line breaks become visible escapes such as `\u{1B}` and
/// `\n`, so that the text stays on its line and cannot colour, move, hide or answer anything.
struct TerminalText: Hashable, Sendable {
    /// The safe text, always one line.
    let text: String
    /// The columns the text takes, never fewer than a terminal needs for it.
    let width: Int

    /// The empty text.
    static let empty = TerminalText(safe: "", width: 0)

    /// Takes text that is known to be safe, with its width.
    fileprivate init(safe text: String, width: Int) {
        self.text = text
        self.width = width
    }

    /// Makes a text safe.
    ///
    /// - Parameters:
    ///   - raw: Any text, from anywhere.
    ///   - limit: The greatest width in columns. Longer text is cut and ends in `…`, and what lies
    ///     behind the cut is not looked at, so that a value of megabytes costs no more than a short
    ///     one.
    init(_ raw: some StringProtocol, limit: Int = .max) {
        if let width = Self.widthOfPlainText(raw, limit: limit) {
            self.init(safe: String(raw), width: width)
            return
        }
        var builder = Builder()
        for scalar in raw.unicodeScalars {
            guard builder.width <= limit else { break }
            builder.append(scalar)
        }
        self = builder.result.truncated(to: limit)
    }

    /// Returns the width of text that is printable ASCII within the limit, as nearly all text is.
    ///
    /// Such text needs no look at the properties of its scalars. Any other gives nil.
    private static func widthOfPlainText(_ raw: some StringProtocol, limit: Int) -> Int? {
        var width = 0
        for byte in raw.utf8 {
            guard width < limit, (0x20...0x7E).contains(byte) else { return nil }
            width += 1
        }
        return width
    }

    /// Makes bytes safe that should be UTF-8 and may not be, such as a file name.
    ///
    /// Each byte that belongs to no valid sequence becomes `\xFF`, so that two different names
    /// never look equal.
    init(utf8 bytes: [UInt8], limit: Int = .max) {
        var builder = Builder()
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var position = 0
        parsing: while builder.width <= limit {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                position += encoded.count
                builder.append(Unicode.UTF8.decode(encoded))
            case .error(let length):
                for byte in bytes[position..<min(bytes.count, position + length)] {
                    builder.append(visible: ScalarEscape.visible(invalidByte: byte))
                }
                position += length
            case .emptyInput:
                break parsing
            }
        }
        self = builder.result.truncated(to: limit)
    }

    /// Makes each line of a text safe on its own, so that a stack trace keeps its lines.
    ///
    /// `\r\n`, `\n` and `\r` end a line; one at the very end adds no empty line. At most `maximum`
    /// lines are returned.
    static func lines(of raw: String, maximum: Int = .max, limit: Int = .max) -> [TerminalText] {
        let maximum = max(0, maximum)
        var lines = raw.split(
            maxSplits: maximum, omittingEmptySubsequences: false, whereSeparator: \.isLineEnd)
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        return lines.prefix(maximum).map { TerminalText($0, limit: limit) }
    }
}

extension Character {
    fileprivate var isLineEnd: Bool { self == "\n" || self == "\r\n" || self == "\r" }
}

extension TerminalText: ExpressibleByStringInterpolation, CustomStringConvertible {
    init(stringLiteral value: String) {
        self.init(value)
    }

    var description: String { text }
}

extension TerminalText {
    /// Returns this text followed by another one.
    static func + (first: TerminalText, second: TerminalText) -> TerminalText {
        TerminalText(safe: first.text + second.text, width: first.width + second.width)
    }

    /// Returns a run of spaces; none for a count of zero or below.
    static func spaces(_ count: Int) -> TerminalText {
        let count = max(0, count)
        return TerminalText(safe: String(repeating: " ", count: count), width: count)
    }

    /// Returns the text cut to a width, with `…` in the last column when something was cut off.
    ///
    /// A cut never splits a character from its accents. The result may be narrower than `limit`,
    /// where a wide character did not fit. A limit of zero or below gives the empty text.
    func truncated(to limit: Int) -> TerminalText {
        guard width > limit else { return self }
        guard limit > 0 else { return .empty }
        var kept = ""
        var keptWidth = 0
        for character in text {
            let columns = DisplayWidth.columns(of: String(character))
            guard keptWidth + columns <= limit - 1 else { break }
            kept.append(character)
            keptWidth += columns
        }
        return TerminalText(safe: kept + "…", width: keptWidth + 1)
    }

    /// Returns the text filled with spaces to at least a width.
    func padded(to minimum: Int, _ alignment: TextAlignment = .leading) -> TerminalText {
        let filling = TerminalText.spaces(minimum - width)
        switch alignment {
        case .leading: return self + filling
        case .trailing: return filling + self
        }
    }

    /// Returns the text in exactly a number of columns: cut when longer, filled when shorter.
    func fitted(to columns: Int, _ alignment: TextAlignment = .leading) -> TerminalText {
        truncated(to: columns).padded(to: columns, alignment)
    }
}

/// The side of its space at which a text stands.
enum TextAlignment: Hashable, Sendable {
    /// Stands at the left, filled up at the right; for words.
    case leading
    /// Stands at the right, filled up at the left; for numbers.
    case trailing
}

extension TerminalText {
    /// Collects safe text and its width.
    private struct Builder {
        /// More marks than any script puts on one letter; what follows is shown as escapes.
        private static let maximumMarks = 8

        private var scalars = String.UnicodeScalarView()
        private(set) var width = 0
        private var previous: Unicode.Scalar?
        private var marks = 0

        var result: TerminalText { TerminalText(safe: String(scalars), width: width) }

        mutating func append(_ scalar: Unicode.Scalar) {
            guard !ScalarEscape.isUnsafe(scalar) else { return append(visible: ScalarEscape.visible(scalar)) }
            let isMark = DisplayWidth.columns(of: scalar) == 0
            // A mark without a letter would stick to whatever the caller printed before; a pile of
            // marks would cover the lines above.
            if isMark, previous == nil || marks == Self.maximumMarks {
                return append(visible: ScalarEscape.visible(scalar))
            }
            marks = isMark ? marks + 1 : 0
            width += DisplayWidth.columns(of: scalar, after: previous)
            scalars.append(scalar)
            previous = scalar
        }

        mutating func append(visible escape: String) {
            scalars.append(contentsOf: escape.unicodeScalars)
            width += escape.unicodeScalars.count
            // A mark that follows belongs to what was escaped, not to the brace at its end.
            previous = nil
            marks = 0
        }
    }
}
