import HoldfastCore

/// Lists artifacts, one a line.
struct ArtifactTable {
    private let table: TextTable<ArtifactRecord>
    private let width: Int?

    /// Prepares a list.
    ///
    /// - Parameters:
    ///   - text: How moments are written.
    ///   - width: The columns of the terminal; nil when nothing is to be cut.
    init(text: JobStateText, width: Int?) {
        self.width = width
        table = TextTable(columns: [
            .init("NAME", minimumWidth: 12, priority: 9) { TableCell($0.name.rawValue) },
            .init("SIZE", alignment: .trailing, minimumWidth: 8, priority: 8) {
                TableCell(HumanUnits.bytes($0.bytes))
            },
            .init("TYPE", minimumWidth: 8, maximumWidth: 40, priority: 6) {
                TableCell($0.mediaType.rawValue)
            },
            .init("SAVED", minimumWidth: 19, priority: 5) { TableCell(text.moment($0.savedAt), .dim) },
            .init("SHA-256", minimumWidth: 12, priority: 1) { TableCell($0.sha256, .dim) },
        ])
    }

    /// The header and a line for each artifact.
    func lines(_ records: [ArtifactRecord]) -> [StyledLine] { table.layout(records, width: width).lines }
}
