import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// A checkpoint that waits for a person, as one line of a list.
struct CheckpointRow {
    /// The job that asks.
    let job: JobState
    /// Which checkpoint, since when and until when.
    let record: WaitRecord
    /// What the person should know.
    let summary: JSONText

    /// Reads the oldest checkpoints that wait.
    static func read(limit: Int, from reader: any StorageReader) throws -> [CheckpointRow] {
        try reader.openCheckpoints(after: .beginning, limit: limit).compactMap { wait in
            let before = EventLogPosition(wait.record.opened.value - 1)
            let opened = try reader.events(EventQuery(job: wait.job, after: before, limit: 1)).events.first
            guard let job = try reader.job(wait.job),
                case .job(.checkpointOpened(let event)) = try opened?.decoded().event
            else { return nil }
            let summary: JSONText
            switch event.summary {
            case .inline(let value): summary = value
            case .stored(let reference): summary = try reader.payload(reference) ?? .null
            }
            return CheckpointRow(job: job, record: wait.record, summary: summary)
        }
    }

    /// The object that `--json` prints.
    var json: JSONText { WaitDocument.json(of: record, job: job, summary: summary) }

    /// The header and a line for each.
    static func table(_ rows: [CheckpointRow], _ text: JobStateText, width: Int?) -> [StyledLine] {
        let table = TextTable<CheckpointRow>(columns: [
            .init("JOB", minimumWidth: 12, priority: 9) { TableCell(JobReference.shortText(of: $0.job.id)) },
            .init("CHECKPOINT", minimumWidth: 12, maximumWidth: 40, priority: 8) {
                TableCell(WaitText.place($0.record.key), .bold)
            },
            .init("KIND", minimumWidth: 8, maximumWidth: 30, priority: 5) {
                TableCell($0.job.origin.kind.rawValue)
            },
            .init("SINCE", minimumWidth: 19, priority: 6) {
                TableCell(text.moment($0.record.openedAt), .dim)
            },
            .init("UNTIL", minimumWidth: 19, priority: 7) { TableCell($0.record.due.map(text.moment) ?? "") },
            .init("SUMMARY", minimumWidth: 10, maximumWidth: 80, priority: 4) {
                TableCell(EventSummary.quote($0.summary))
            },
        ])
        return table.layout(rows, width: width).lines
    }
}
