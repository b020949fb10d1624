import HoldfastCore
public import HoldfastStore
import Synchronization

extension SQLiteStore: AuditedStorage {
    /// Looks through everything, as `AuditedStorage` says: one thread reads the log and checks its chain, another folds what the
    /// first has read; a few seconds for each million of events.
    public func audit(
        anchor: LogHead? = nil, isThorough: Bool = false,
        progress: @escaping @Sendable (AuditProgress) throws(StoreError) -> Void = { _ in }
    ) throws(StoreError) -> AuditReport {
        let end = EndOfLook(progress)
        let file = FileAudit(of: try openForReading(), isThorough ? .whole : .quick)
        // When the look ends before its time, nobody waits for what SQLite finds.
        defer { file.end() }
        var report = try auditLog(anchor: anchor) { (seen) throws(StoreError) in try end.note(seen) }
        guard !end.isReached else { return report }
        do throws(StoreError) {
            report.join(try auditArchive())
            report.join(try file.report())
            return report
        } catch {
            return report.noting(error)
        }
    }

    /// Looks through the log and what follows from it alone, without the archive and the file as such.
    func auditLog(
        anchor: LogHead?, progress: @escaping @Sendable (AuditProgress) throws(StoreError) -> Void
    ) throws(StoreError) -> AuditReport {
        let connection = try openForReading()
        let end = EndOfLook(progress)
        return try connection.reading { () throws(StoreError) in
            let total = try connection.readHeadPosition().value
            let fold: ScratchFold
            do throws(StoreError) {
                fold = try ScratchFold(of: connection)
            } catch {
                return try connection.walkChain(anchor: anchor) { _ in }.noting(error)
            }
            let (reading, folding) = connection.fold(into: fold) { (position) throws(StoreError) in
                try end.note(AuditProgress(events: position.value, total: total))
            } read: { connection, filling throws(StoreError) in
                var report = try connection.walkChain(anchor: anchor) { (row) throws(StoreError) in
                    filling.add(row)
                    // Where the fold met something else, the chain is followed to its end.
                    if !filling.isOpen { try end.check() }
                }
                // Whoever folds has enough to do meanwhile.
                filling.finish()
                report.join(try connection.checkContents())
                return report
            }
            switch (reading, folding) {
            case (.failure(let error), _): return AuditReport().noting(error)
            case (.success(let report), .failure(let error)): return report.noting(error)
            case (.success(var report), .success):
                do throws(StoreError) {
                    report.join(try connection.compareRows(with: fold))
                    return report
                } catch {
                    return report.noting(error)
                }
            }
        }
    }
}

extension Connection {
    /// Compares every row that follows from the log with what a fold made of it.
    fileprivate func compareRows(with fold: ScratchFold) throws(StoreError) -> AuditReport {
        var report = try compareSchema(with: fold.tables)
        let pruning = try PruningTraces(of: self)
        for table in ProjectionTable.all {
            var comparison = try TableComparison(table, of: self, with: fold.tables, pruning)
            try comparison.run { report.note(.projection, $0.sentence) }
            report.rows += comparison.count
        }
        return report
    }
}

/// Remembers what whoever is told of the progress threw, so that nobody goes on.
private final class EndOfLook: Sendable {
    private let progress: @Sendable (AuditProgress) throws(StoreError) -> Void
    private let failure = Mutex<StoreError?>(nil)

    init(_ progress: @escaping @Sendable (AuditProgress) throws(StoreError) -> Void) {
        self.progress = progress
    }

    var isReached: Bool { failure.withLock { $0 != nil } }

    func note(_ seen: AuditProgress) throws(StoreError) {
        do throws(StoreError) {
            try progress(seen)
        } catch {
            failure.withLock { $0 = error }
            throw error
        }
    }

    func check() throws(StoreError) {
        if let failure = failure.withLock(\.self) { throw failure }
    }
}

extension AuditReport {
    /// The same with what kept the look from being ended.
    fileprivate func noting(_ error: StoreError) -> AuditReport {
        var report = self
        report.note(error.operation == ProjectionRebuild.operation ? .chain : .file, error.reason)
        return report
    }
}
