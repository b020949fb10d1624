import Dispatch
import HoldfastCore
public import HoldfastStore
import Synchronization

extension SQLiteStore: AuditedStorage {
    /// Looks through everything, as `AuditedStorage` says: the chain and the rows on two threads, a few seconds for each million
    /// of events.
    public func audit(
        anchor: LogHead? = nil, progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
    ) throws(StoreError) -> AuditReport {
        var report = try auditFile(anchor: anchor, progress: progress)
        let archive = finding { () throws(StoreError) in try self.auditArchive() }
        report.join(archive)
        return report
    }

    /// Looks through the file alone, without the archive.
    func auditFile(
        anchor: LogHead?, progress: @escaping @Sendable (AuditProgress) -> Void
    ) throws(StoreError) -> AuditReport {
        let seen = SlowestLook(total: try openForReading().readHeadPosition().value, progress)
        let rows = Mutex<AuditReport?>(nil)
        let others = DispatchGroup()
        DedicatedThread.start(in: others) {
            let report = self.finding { () throws(StoreError) in
                try self.auditProjections { seen.note(rows: $0.value) }
            }
            rows.withLock { $0 = report }
        }
        var report = finding { () throws(StoreError) in
            try self.auditChain(anchor: anchor) { seen.note(chain: $0) }
        }
        others.wait()
        if let rows = rows.withLock({ $0 }) { report.join(rows) }
        return report
    }

    private func auditChain(
        anchor: LogHead?, progress: (Int64) -> Void
    ) throws(StoreError) -> AuditReport {
        let connection = try openForReading()
        return try connection.reading { () throws(StoreError) in
            var report = try connection.walkChain(anchor: anchor) { progress($0) }
            report.join(try connection.checkContents())
            return report
        }
    }

    private func auditProjections(
        progress: (EventLogPosition) -> Void
    ) throws(StoreError) -> AuditReport {
        let connection = try openForReading()
        return try connection.reading { () throws(StoreError) in
            var report = AuditReport()
            let fold = try ScratchFold(of: connection)
            try fold.run { progress($0) }
            let pruning = try PruningTraces(of: connection)
            for table in ProjectionTable.all {
                var comparison = try TableComparison(table, of: connection, with: fold.tables, pruning)
                try comparison.run { report.note(.projection, $0.sentence) }
                report.rows += comparison.count
            }
            return report
        }
    }

    /// What a look found, or that it could not be ended.
    private func finding(_ body: () throws(StoreError) -> AuditReport) -> AuditReport {
        do {
            return try body()
        } catch {
            var report = AuditReport()
            report.note(error.operation == "rebuild the projections" ? .chain : .file, error.reason)
            return report
        }
    }
}

/// How far the look is that is behind of the two.
private final class SlowestLook: Sendable {
    private let seen = Mutex((chain: Int64(0), rows: Int64(0)))
    private let total: Int64
    private let progress: @Sendable (AuditProgress) -> Void

    init(total: Int64, _ progress: @escaping @Sendable (AuditProgress) -> Void) {
        self.total = total
        self.progress = progress
    }

    func note(chain: Int64? = nil, rows: Int64? = nil) {
        let slowest = seen.withLock { seen in
            seen = (chain ?? seen.chain, rows ?? seen.rows)
            return min(seen.chain, seen.rows)
        }
        progress(AuditProgress(events: slowest, total: total))
    }
}
