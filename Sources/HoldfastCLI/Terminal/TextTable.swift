/// The text of one cell of a table, made safe when the table is laid out.
struct TableCell: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// The text as it came, of any length and content.
    var raw: String
    /// The style of the whole cell, or nil for none.
    var style: Style?

    /// Makes a cell.
    init(_ raw: String, _ style: Style? = nil) {
        self.raw = raw
        self.style = style
    }

    init(stringLiteral value: String) {
        self.init(value)
    }
}

/// A table with a header, laid out to fit the terminal.
///
/// Each row is exactly one line. On a terminal the columns of lowest priority shrink first, down to
/// their minimum, and are left out when that is not enough; lines never wrap. Elsewhere nothing is
/// cut or left out, so that `grep` finds it.
struct TextTable<Row> {
    /// One column: its header, how it gives way, and where its cells come from.
    struct Column: Sendable {
        /// The header, also the name under which a column that was left out is reported.
        let title: String
        /// The side at which the cells and the header stand.
        let alignment: TextAlignment
        /// The columns below which the table leaves the column out rather than cutting further.
        let minimumWidth: Int
        /// The widest the column gets on a terminal, or nil for no limit.
        let maximumWidth: Int?
        /// How long the column stays as it is; the lowest gives way first, and of equals the one
        /// further right.
        let priority: Int
        /// Gives the cell of a row.
        let cell: @Sendable (Row) -> TableCell

        /// Makes a column; one of a fixed width gives it as `minimumWidth`, so that it is never
        /// cut.
        init(
            _ title: String,
            alignment: TextAlignment = .leading,
            minimumWidth: Int = 6,
            maximumWidth: Int? = nil,
            priority: Int = 0,
            cell: @escaping @Sendable (Row) -> TableCell
        ) {
            self.title = title
            self.alignment = alignment
            self.minimumWidth = minimumWidth
            self.maximumWidth = maximumWidth
            self.priority = priority
            self.cell = cell
        }
    }

    /// A table that was laid out.
    struct Layout: Hashable, Sendable {
        /// The header and then one line for each row; none at all for a table without columns.
        var lines: [StyledLine]
        /// The titles of the columns that were left out, from left to right, for a remark below the
        /// table.
        var hiddenColumns: [String]
    }

    /// The spaces between two columns.
    static var gap: Int { 2 }

    /// The columns from left to right.
    let columns: [Column]

    /// Makes a table.
    init(columns: [Column]) {
        self.columns = columns
    }

    /// Lays out rows.
    ///
    /// - Parameters:
    ///   - rows: The rows in their order; without any there is only the header.
    ///   - width: The columns of the terminal, or nil when nothing is to be cut:
    ///     `OutputStyle.width`.
    /// - Returns: The lines, and what had to be left out.
    func layout(_ rows: some Collection<Row>, width: Int?) -> Layout {
        let titles = columns.map { (text: TerminalText($0.title), style: Style?.some(.bold)) }
        let body = rows.map { row in
            columns.map { column in
                let cell = column.cell(row)
                let limit = width.map { max(1, min($0, column.maximumWidth ?? $0)) }
                return (text: TerminalText(cell.raw, limit: limit ?? .max), style: cell.style)
            }
        }
        let grid = [titles] + body
        let widths = fittedWidths(of: grid.map { $0.map(\.text.width) }, in: width)
        guard widths.contains(where: { $0 != nil }) else { return Layout(lines: [], hiddenColumns: []) }
        return Layout(
            lines: grid.map { line(of: $0, widths: widths) },
            hiddenColumns: zip(columns, widths).filter { $0.1 == nil }.map { $0.0.title }
        )
    }

    private func fittedWidths(of grid: [[Int]], in width: Int?) -> [Int?] {
        let demands = columns.indices.map { index in
            let natural = grid.reduce(1) { max($0, $1[index]) }
            let column = columns[index]
            return ColumnFitting.Demand(
                natural: natural, minimum: column.minimumWidth, priority: column.priority)
        }
        guard let width else { return demands.map(\.natural) }
        return ColumnFitting(gap: Self.gap).widths(for: demands, in: width)
    }

    private func line(of cells: [(text: TerminalText, style: Style?)], widths: [Int?]) -> StyledLine {
        var line = StyledLine()
        // Spaces are held back until a visible cell follows, so that no line ends in them.
        var pending = 0
        for (index, cell) in cells.enumerated() {
            guard let width = widths[index] else { continue }
            let text = cell.text.truncated(to: width)
            let filling = width - text.width
            let leading = columns[index].alignment == .trailing ? filling : 0
            if !text.text.isEmpty {
                line.append(.spaces(pending + leading))
                line.append(text, cell.style)
                pending = filling - leading + Self.gap
            } else {
                pending += width + Self.gap
            }
        }
        return line
    }
}
