import HoldfastCore

/// Lists jobs, one a line.
struct JobTable {
    /// The columns from which on whole ids are shown; below it their ends, which `show` and the others accept
    /// as well.
    private static let widthForWholeIDs = 132

    private let table: TextTable<JobState>
    private let width: Int?

    /// Prepares a list.
    ///
    /// - Parameters:
    ///   - text: How states are written.
    ///   - width: The columns of the terminal; nil when nothing is to be cut.
    init(text: JobStateText, width: Int?) {
        let showsWholeID = width.map { $0 >= Self.widthForWholeIDs } ?? true
        self.width = width
        table = TextTable(columns: [
            .init("JOB", minimumWidth: 36, priority: 9) { job in
                TableCell(showsWholeID ? job.id.description : JobReference.shortText(of: job.id))
            },
            .init("STATE", minimumWidth: 9, priority: 8) { job in
                TableCell(job.phase.name.rawValue, JobStateText.style(of: job.phase.name))
            },
            .init("KIND", minimumWidth: 8, maximumWidth: 30, priority: 7) {
                TableCell($0.origin.kind.rawValue)
            },
            .init("DETAIL", minimumWidth: 16, maximumWidth: 60, priority: 5) {
                TableCell(text.detail(of: $0))
            },
            .init("ENQUEUED", minimumWidth: 19, priority: 4) {
                TableCell(text.moment($0.origin.enqueuedAt), .dim)
            },
            .init("QUEUE", minimumWidth: 7, maximumWidth: 20, priority: 3) {
                TableCell($0.origin.queue.rawValue)
            },
            .init("ATTEMPT", alignment: .trailing, minimumWidth: 7, priority: 2) {
                TableCell("\($0.attempt)")
            },
            .init("KEY", minimumWidth: 8, maximumWidth: 40, priority: 1) {
                TableCell($0.origin.key?.rawValue ?? "")
            },
        ])
    }

    /// The header and a line for each job.
    func lines(_ jobs: [JobState]) -> [StyledLine] { table.layout(jobs, width: width).lines }
}
