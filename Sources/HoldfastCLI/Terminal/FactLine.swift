/// Writes one fact a line: what it is about, and behind it the value.
enum FactLine {
    private static let labelWidth = 10

    /// The line of a fact.
    ///
    /// - Parameters:
    ///   - label: What it is about, at most 10 columns.
    ///   - value: The value, of any length and content.
    ///   - width: The columns of the terminal; nil when nothing is to be cut.
    ///   - style: The style of the value.
    /// - Returns: The line.
    static func line(_ label: String, _ value: String, width: Int?, style: Style? = nil) -> StyledLine {
        var line = StyledLine(TerminalText(label).padded(to: labelWidth + 2), .dim)
        line.append(TerminalText(value, limit: width ?? .max), style)
        return line
    }
}
