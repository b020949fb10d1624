import HoldfastCore
import HoldfastStore

/// Lists queues, one a line.
struct QueueTable {
    private let table: TextTable<QueueReport>
    private let width: Int?

    /// Prepares a list.
    ///
    /// - Parameters:
    ///   - time: How moments are written.
    ///   - now: The moment that tells which day is today.
    ///   - width: The columns of the terminal; nil when nothing is to be cut.
    init(time: LocalTime, now: Timestamp, width: Int?) {
        let text = QueueText(time: time, now: now)
        self.width = width
        func count(_ title: String, _ phase: JobPhaseName, priority: Int) -> TextTable<QueueReport>.Column {
            .init(title, alignment: .trailing, minimumWidth: 9, priority: priority) {
                TableCell("\($0.jobs[phase] ?? 0)")
            }
        }
        table = TextTable(columns: [
            .init("QUEUE", minimumWidth: 8, maximumWidth: 30, priority: 9) {
                TableCell($0.state.name.rawValue)
            },
            count("RUNNING", .running, priority: 8),
            count("QUEUED", .queued, priority: 7),
            count("SCHEDULED", .scheduled, priority: 3),
            count("FAILED", .failed, priority: 4),
            .init("ALLOWS", minimumWidth: 12, maximumWidth: 60, priority: 6) {
                TableCell(QueueText.words(for: $0.state.limits))
            },
            .init("PAUSED", minimumWidth: 12, maximumWidth: 60, priority: 5) {
                TableCell($0.state.pause.map(text.words) ?? "", .yellow)
            },
        ])
    }

    /// The header and a line for each queue.
    func lines(_ queues: [QueueReport]) -> [StyledLine] { table.layout(queues, width: width).lines }
}
