import HoldfastAPI
import HoldfastCore

/// Lists checkpoints that wait for a person, one a line.
struct CheckpointTable {
    private let table: TextTable<CheckpointDocument>
    private let width: Int?

    /// Prepares a list.
    ///
    /// - Parameters:
    ///   - text: How moments are written.
    ///   - width: The columns of the terminal; nil when nothing is to be cut.
    init(text: JobStateText, width: Int?) {
        self.width = width
        table = TextTable(columns: [
            .init("JOB", minimumWidth: 12, priority: 9) { TableCell(JobReference.shortText(of: $0.job)) },
            .init("CHECKPOINT", minimumWidth: 12, maximumWidth: 40, priority: 8) {
                TableCell(WaitText.place($0.record.key), .bold)
            },
            .init("KIND", minimumWidth: 8, maximumWidth: 30, priority: 5) { TableCell($0.jobKind.rawValue) },
            .init("SINCE", minimumWidth: 19, priority: 6) {
                TableCell(text.moment($0.record.openedAt), .dim)
            },
            .init("UNTIL", minimumWidth: 19, priority: 7) { TableCell($0.record.due.map(text.moment) ?? "") },
            .init("SUMMARY", minimumWidth: 10, maximumWidth: 80, priority: 4) {
                TableCell(EventSummary.quote($0.summary))
            },
        ])
    }

    /// The header and a line for each checkpoint.
    func lines(_ checkpoints: [CheckpointDocument]) -> [StyledLine] {
        table.layout(checkpoints, width: width).lines
    }
}
