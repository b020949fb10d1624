import HoldfastCore
public import HoldfastStore

extension SQLiteStore: AuditedStorage {
    /// Looks through everything, as `AuditedStorage` says: one thread reads the log and checks its chain, another folds what the
    /// first has read; a few seconds for each million of events.
    public func audit(
        anchor: LogHead? = nil, isThorough: Bool = false,
        progress: @escaping @Sendable (AuditProgress) throws(StoreError) -> Void = { _ in }
    ) throws(StoreError) -> AuditReport {
        var report = try auditLog(anchor: anchor, progress: progress)
        do throws(StoreError) {
            report.join(try auditArchive())
            report.join(try auditFile(isThorough ? .whole : .quick))
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
        return try connection.reading { () throws(StoreError) in
            let total = try connection.readHeadPosition().value
            let fold: ScratchFold
            do throws(StoreError) {
                fold = try ScratchFold(of: connection)
            } catch {
                return try connection.walkChain(anchor: anchor) { _ in }.noting(error)
            }
            let (reading, folding) = connection.fold(into: fold) { (position) throws(StoreError) in
                try progress(AuditProgress(events: position.value, total: total))
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

extension SQLiteStore {
    /// Lets SQLite look for damage of the file.
    fileprivate func auditFile(_ depth: FileInspection.Depth) throws(StoreError) -> AuditReport {
        var report = AuditReport()
        for sentence in try openForReading().damage(depth, limit: AuditReport.findingLimit) {
            report.note(.file, "SQLite finds damage: \(sentence)")
        }
        return report
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
