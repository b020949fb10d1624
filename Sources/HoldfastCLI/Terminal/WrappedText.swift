/// Breaks prose into lines of a width, between words.
enum WrappedText {
    /// Breaks a text.
    ///
    /// - Parameters:
    ///   - raw: Any text; it is made safe first.
    ///   - first: What stands before the first line.
    ///   - rest: What stands before the others.
    ///   - width: The columns there are; nil for one line of any length.
    /// - Returns: The lines; a word that is longer than a line stands on one of its own.
    static func lines(
        _ raw: String, first: TerminalText = .empty, rest: TerminalText = .empty, width: Int?
    ) -> [StyledLine] {
        guard let width else { return [StyledLine(first + TerminalText(raw))] }
        var lines: [StyledLine] = []
        var line = first
        var isEmpty = true
        for word in raw.split(separator: " ").map({ TerminalText($0) }) {
            if !isEmpty, line.width + 1 + word.width > width {
                lines.append(StyledLine(line))
                line = rest
                isEmpty = true
            }
            line = isEmpty ? line + word : line + .spaces(1) + word
            isEmpty = false
        }
        return lines + [StyledLine(line)]
    }
}
