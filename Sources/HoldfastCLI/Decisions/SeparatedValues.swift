/// Writes lines of values separated by commas, as RFC 4180 has them, for spreadsheets and databases.
struct SeparatedValues: Sendable {
    /// Whether a cell that a spreadsheet would take for a formula is written as text: with a `'` before it.
    var guardsFormulas = true

    /// One line with its end, CR and LF.
    func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    private func cell(_ text: String) -> String {
        let text = guardsFormulas && Self.looksLikeFormula(text) ? "'" + text : text
        let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        // Some readers take the spaces at the ends of a cell away unless it is quoted.
        guard needsQuotes || text.hasPrefix(" ") || text.hasSuffix(" ") else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// Whether the cell begins as formulas do; a tab or a line end before that is passed over by spreadsheets.
    private static func looksLikeFormula(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        return "=+-@\t\r\n".utf8.contains(first)
    }
}
