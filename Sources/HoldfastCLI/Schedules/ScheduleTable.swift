import HoldfastCore
import HoldfastEngine

/// Lists schedules, one a line.
struct ScheduleTable {
    private let table: TextTable<ScheduleListing>
    private let width: Int?

    /// Prepares a list.
    ///
    /// - Parameters:
    ///   - text: How moments are written.
    ///   - width: The columns of the terminal; nil when nothing is to be cut.
    init(text: JobStateText, width: Int?) {
        self.width = width
        table = TextTable(columns: [
            .init("SCHEDULE", minimumWidth: 8, maximumWidth: 40, priority: 9) {
                TableCell($0.state.name.rawValue)
            },
            .init("STATE", minimumWidth: 7, priority: 8) { listing in
                switch (listing.state.isPaused, listing.state.queued) {
                case (true, _): TableCell("paused", .yellow)
                case (false, nil): TableCell("active")
                case (false, _?): TableCell("queued", .cyan)
                }
            },
            .init("KIND", minimumWidth: 6, maximumWidth: 30, priority: 5) {
                TableCell($0.state.definition.job.kind.rawValue)
            },
            .init("WHEN", minimumWidth: 10, maximumWidth: 40, priority: 6) {
                TableCell(EventSummary.words(for: $0.state.definition.timing))
            },
            // The first of the moments is enough where there is little room.
            .init("NEXT", minimumWidth: 19, maximumWidth: 64, priority: 4) {
                TableCell($0.nextTimes.map(text.moment).joined(separator: ", "))
            },
            .init("LAST RUN", minimumWidth: 19, priority: 3) {
                TableCell($0.state.lastRun.map { text.moment($0.at) } ?? "", .dim)
            },
            .init("LAST JOB", minimumWidth: 12, maximumWidth: 36, priority: 2) {
                TableCell($0.state.lastRun?.job.description ?? "", .dim)
            },
        ])
    }

    /// The header and a line for each schedule.
    func lines(_ schedules: [ScheduleListing]) -> [StyledLine] { table.layout(schedules, width: width).lines }
}
