import HoldfastCore
import HoldfastServer

extension LogStatistics {
    /// The numbers as people read them.
    ///
    /// - Parameters:
    ///   - text: How moments are written.
    ///   - width: The columns of the terminal; nil when nothing is to be cut.
    /// - Returns: The lines from top to bottom: facts, then a table of the queues.
    func lines(_ text: JobStateText, width: Int?) -> [StyledLine] {
        var lines = [FactLine.line("Log", log, width: width)]
        if let files { lines.append(FactLine.line("File", files, width: width)) }
        lines.append(FactLine.line("Jobs", Self.words(for: jobs), width: width))
        if let oldest {
            let words =
                "\(JobReference.shortText(of: oldest.job)), enqueued \(text.moment(oldest.enqueuedAt)), "
                + "\(oldest.phase.rawValue), \(oldest.kind) on \(oldest.queue)"
            lines.append(FactLine.line("Oldest", words, width: width))
        }
        guard !queues.isEmpty else { return lines }
        return lines + [StyledLine()]
            + Self.table.layout(queues.sorted { $0.key < $1.key }, width: width).lines
    }

    private var log: String {
        guard let recentEvents else { return "head \(head)" }
        let perSecond = Double(recentEvents) / Double(Self.recentTime.components.seconds)
        return "head \(head), \(HumanUnits.count(recentEvents)) events in the last minute"
            + " (\(HumanUnits.rate(perSecond: perSecond)))"
    }

    private var files: String? {
        guard let databaseBytes else { return nil }
        let journal = writeAheadLogBytes.map { ", write-ahead log \(HumanUnits.bytes($0))" } ?? ""
        return HumanUnits.bytes(databaseBytes) + journal
    }

    private static func words(for jobs: [JobPhaseName: Int]) -> String {
        let parts = JobPhaseName.allCases.compactMap { phase in
            jobs[phase].map { "\(HumanUnits.count(Int64($0))) \(phase.rawValue)" }
        }
        return parts.isEmpty ? "none yet" : parts.joined(separator: ", ")
    }

    private static var table: TextTable<(key: QueueName, value: [JobPhaseName: Int])> {
        func count(
            _ phase: JobPhaseName, priority: Int
        ) -> TextTable<(key: QueueName, value: [JobPhaseName: Int])>.Column {
            .init(phase.rawValue.uppercased(), alignment: .trailing, minimumWidth: 9, priority: priority) {
                TableCell("\($0.value[phase] ?? 0)")
            }
        }
        return TextTable(columns: [
            .init("QUEUE", minimumWidth: 8, maximumWidth: 30, priority: 9) { TableCell($0.key.rawValue) },
            count(.scheduled, priority: 4), count(.queued, priority: 8), count(.running, priority: 7),
            count(.waiting, priority: 5), count(.paused, priority: 3), count(.completed, priority: 2),
            count(.failed, priority: 6), count(.cancelled, priority: 1),
        ])
    }
}
