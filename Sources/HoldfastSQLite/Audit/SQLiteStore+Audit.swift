import HoldfastCore
public import HoldfastStore

extension SQLiteStore: AuditedStorage {
    /// Looks through everything, as `AuditedStorage` says: one thread reads the log and checks its chain, another folds what the
    /// first has read; a few seconds for each million of events.
    public func audit(
        anchor: LogHead? = nil, progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
    ) throws(StoreError) -> AuditReport {
        var report = try auditFile(anchor: anchor, progress: progress)
        do throws(StoreError) {
            report.join(try auditArchive())
            return report
        } catch {
            return report.noting(error)
        }
    }

    /// Looks through the file alone, without the archive.
    func auditFile(
        anchor: LogHead?, progress: @escaping @Sendable (AuditProgress) -> Void
    ) throws(StoreError) -> AuditReport {
        let connection = try openForReading()
        return try connection.reading { () throws(StoreError) in
            let total = try connection.readHeadPosition().value
            let fold: ScratchFold
            do throws(StoreError) {
                fold = try ScratchFold(of: connection)
            } catch {
                return try connection.walkChain(anchor: anchor) { _ in }.noting(error)
            }
            let (reading, folding) = connection.fold(into: fold) {
                progress(AuditProgress(events: $0.value, total: total))
            } read: { connection, filling throws(StoreError) in
                var report = try connection.walkChain(anchor: anchor) { filling.add($0) }
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
        var report = AuditReport()
        let pruning = try PruningTraces(of: self)
        for table in ProjectionTable.all {
            var comparison = try TableComparison(table, of: self, with: fold.tables, pruning)
            try comparison.run { report.note(.projection, $0.sentence) }
            report.rows += comparison.count
        }
        return report
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
