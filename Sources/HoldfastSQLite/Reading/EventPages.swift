import HoldfastCore
import HoldfastStore

// Pages of events: which rows are visited, and in which order. It runs within a read transaction.
extension Connection {
    /// The page that a query describes.
    func page(_ query: EventQuery, rows: EventRows) throws(StoreError) -> EventPage {
        let head = try readHeadPosition()
        let end = min(query.through ?? head, head)
        var collector = PageCollector(query)
        if query.after < end, query.kinds?.isEmpty != true {
            if query.isOfEngine {
                let statement = try selectEngineEvents(
                    after: query.after, through: end, descending: query.fromEnd)
                _ = try visit(statement, rows, &collector)
            } else if let job = query.job {
                try visitStream(of: job, query, through: end, rows: rows, &collector)
            } else if query.kinds?.isSubset(of: EventKind.ofEngines) == true {
                let statement = try selectWorkerEvents(
                    after: query.after, through: end, descending: query.fromEnd)
                _ = try visit(statement, rows, &collector)
            } else {
                let statement = try selectEvents(after: query.after, through: end, descending: query.fromEnd)
                _ = try visit(statement, rows, &collector)
            }
        }
        return collector.page(through: end)
    }

    /// Visits the segments in which the job has events, and in each of them the job's events only.
    private func visitStream(
        of job: JobID, _ query: EventQuery, through end: EventLogPosition, rows: EventRows,
        _ collector: inout PageCollector
    ) throws(StoreError) {
        guard let span = try readSpan(of: job) else { return }
        let after = max(query.after, EventLogPosition(span.first.value - 1))
        let through = min(end, span.last ?? end)
        guard after < through else { return }
        let segments = LogSegment.number(of: after.next)...LogSegment.number(of: through)
        let onlyLogs = query.fromEnd && query.kinds == [.logWritten]
        for offset in 0..<Int64(segments.count) {
            let segment = query.fromEnd ? segments.upperBound - offset : segments.lowerBound + offset
            let statement =
                onlyLogs
                ? try selectLogs(of: job, segment: segment, after: after, through: through)
                : try selectStream(
                    of: job, segment: segment, after: after, through: through, descending: query.fromEnd)
            guard try visit(statement, rows, &collector) else { return }
        }
    }

    /// Steps through a statement's rows and resets it.
    ///
    /// - Returns: False when the page is complete.
    private func visit(
        _ statement: Statement, _ rows: EventRows, _ collector: inout PageCollector
    ) throws(StoreError) -> Bool {
        defer { statement.reset() }
        while try statement.step() {
            guard try collector.visit(statement, rows) else { return false }
        }
        return true
    }
}
