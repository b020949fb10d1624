import HoldfastCore
public import HoldfastStore

extension SQLiteStore {
    /// Puts right what follows from the log, as `AuditedStorage` says.
    public func repairProjections(
        progress: (AuditProgress) throws(StoreError) -> Void = { _ in }
    ) throws(StoreError) -> ProjectionRepair {
        let reader = try openForReading()
        let total = try reader.readHeadPosition().value
        let fold = try ScratchFold(of: reader)
        var found: [RowDifference] = []
        try reader.reading { () throws(StoreError) in
            try reader.foldRest(into: fold) { (position) throws(StoreError) in
                try progress(AuditProgress(events: position.value, total: total))
            }
            let pruning = try PruningTraces(of: reader)
            for table in ProjectionTable.all {
                var comparison = try TableComparison(table, of: reader, with: fold.tables, pruning)
                try comparison.run { found.append($0) }
            }
        }
        guard !found.isEmpty else {
            return ProjectionRepair(events: fold.position.value, rows: 0, sentences: [])
        }
        let writer = try openForWriting()
        try writer.beginImmediate()
        do throws(StoreError) {
            // What came since then, up to the moment of the write lock.
            try reader.reading { () throws(StoreError) in try reader.foldRest(into: fold) { _ in } }
            // All that is wrong goes first, because a row may stand where another one belongs.
            for difference in found { try writer.remove(difference) }
            for difference in found { try writer.restore(difference, from: fold.tables) }
            try writer.commitTransaction()
        } catch {
            writer.rollbackTransaction()
            throw error
        }
        return ProjectionRepair(
            events: fold.position.value, rows: found.count, sentences: found.prefix(100).map(\.sentence))
    }
}

extension Connection {
    /// Folds what a fold has not had yet of the log; within a read transaction.
    fileprivate func foldRest(
        into fold: ScratchFold, progress: (EventLogPosition) throws(StoreError) -> Void
    ) throws(StoreError) {
        let (after, head) = (fold.position, try readHeadPosition())
        let (reading, folding) = self.fold(into: fold, progress: progress) {
            connection, filling throws(StoreError) in
            let events = try connection.selectEvents(after: after, through: head, descending: false)
            defer { events.reset() }
            while filling.isOpen, try events.step() { filling.add(events) }
        }
        try reading.get()
        try folding.get()
    }

    /// Deletes a row that is not as the log says, if there is one.
    fileprivate func remove(_ difference: RowDifference) throws(StoreError) {
        let table = difference.table
        let delete = try prepare("DELETE FROM \(table.name) WHERE \(table.condition)", for: table.repairing)
        delete.bind(difference.key)
        try delete.run()
    }

    /// Copies the row that another connection has under the same key, if it has one.
    fileprivate func restore(_ difference: RowDifference, from scratch: Connection) throws(StoreError) {
        let table = difference.table
        let select = try scratch.prepare(
            "SELECT * FROM \(table.name) WHERE \(table.condition)", for: table.repairing)
        defer { select.reset() }
        select.bind(difference.key)
        guard try select.step() else { return }
        let columns = 0..<select.columnCount
        let names = columns.map(select.columnName).joined(separator: ", ")
        let places = columns.map { "?\($0 + 1)" }.joined(separator: ", ")
        let insert = try prepare(
            "INSERT INTO \(table.name) (\(names)) VALUES (\(places))", for: table.repairing)
        insert.bind(columns.map(select.value))
        try insert.run()
    }
}

extension ProjectionTable {
    /// Finds the row whose key is bound from 1 on.
    fileprivate var condition: String {
        key.enumerated().map { "\($1) IS ?\($0 + 1)" }.joined(separator: " AND ")
    }

    fileprivate var repairing: String { "put a row of \(name) right" }
}

extension Statement {
    fileprivate func bind(_ values: [ColumnValue]) {
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .null: bind(nil as String?, at: place)
            case .integer(let number): bind(number, at: place)
            case .text(let text): bind(text, at: place)
            case .blob(let bytes): bytes.withUnsafeBytes { bind($0, at: place) }
            }
        }
    }
}
