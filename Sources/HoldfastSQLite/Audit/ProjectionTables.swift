import HoldfastCore
import HoldfastStore

/// A table that follows from the log, and how its rows are told apart.
struct ProjectionTable {
    /// Its name.
    let name: String
    /// The columns by which a row is known, in their order.
    let key: [String]

    /// All of them.
    ///
    /// `leases`, `payloads`, `blobs` and `pruned_ranges` have a truth of their own.
    static let all = [
        ProjectionTable(name: "jobs", key: ["first_position"]),
        ProjectionTable(name: "job_tags", key: ["tag", "job"]),
        ProjectionTable(name: "steps", key: ["job", "name", "occurrence"]),
        ProjectionTable(name: "waits", key: ["job", "type", "name", "occurrence"]),
        ProjectionTable(name: "counters", key: ["queue", "state"]),
        ProjectionTable(name: "snapshots", key: ["job", "version"]),
        ProjectionTable(name: "past_states", key: ["ended"]),
        ProjectionTable(name: "worker_kinds", key: ["kind"]),
        ProjectionTable(name: "artifacts", key: ["job", "name"]),
        ProjectionTable(name: "schedules", key: ["name"]),
        ProjectionTable(name: "queues", key: ["name"]),
        ProjectionTable(name: "queue_heads", key: ["queue", "kind", "key"]),
        ProjectionTable(name: "running_keys", key: ["queue", "key"]),
        ProjectionTable(name: "bulk_operations", key: ["position"]),
        ProjectionTable(name: "requests", key: ["request", "kind", "owner"]),
        ProjectionTable(name: "pruned_jobs", key: ["id"]),
        ProjectionTable(name: "content_uses", key: ["sha256", "job"]),
    ]

    /// Every row, in the order of the keys.
    func select(on connection: Connection) throws(StoreError) -> Statement {
        try connection.prepare(
            "SELECT * FROM \(name) ORDER BY \(key.joined(separator: ", "))",
            for: "compare the rows of \(name)")
    }
}

/// What pruning left in the projections.
struct PruningTraces {
    /// Whether anything was ever pruned or redacted.
    let isAny: Bool
    /// The ids and the first positions of jobs that are being pruned: their rows go with their last events.
    let partly: Set<ColumnValue>

    /// Reads what there is.
    init(of connection: Connection) throws(StoreError) {
        let ranges = try connection.readPrunedRanges(after: .beginning, limit: 1)
        let redactions = try connection.readEngineEvents(.engineRedacted)
        isAny = !ranges.isEmpty || !redactions.isEmpty
        var partly: Set<ColumnValue> = []
        for id in try connection.readPartlyPrunedJobs(limit: .max) {
            partly.insert(.text(id.description))
            if let job = try connection.readPrunedJob(id) { partly.insert(.integer(job.first.value)) }
        }
        self.partly = partly
    }
}

/// A row that is not as the log says.
struct RowDifference {
    /// Its table.
    let table: ProjectionTable
    /// The values of its key.
    let key: [ColumnValue]
    /// What differs, in words for people.
    let sentence: String
}

/// Compares a table with what the log makes of it, row by row.
struct TableComparison {
    private let table: ProjectionTable
    private let rows: Statement
    private let expected: Statement
    private let keyColumns: [Int32]
    private let ownerColumn: Int32?
    private let rateColumn: Int32?
    private let pruning: PruningTraces
    /// How many rows there are.
    private(set) var count: Int64 = 0

    init(
        _ table: ProjectionTable, of connection: Connection, with scratch: Connection,
        _ pruning: PruningTraces
    ) throws(StoreError) {
        self.table = table
        self.pruning = pruning
        rows = try table.select(on: connection)
        expected = try table.select(on: scratch)
        let names = (0..<expected.columnCount).map(expected.columnName)
        func column(_ name: String) -> Int32? { names.firstIndex(of: name).map(Int32.init) }
        keyColumns = table.key.compactMap(column)
        ownerColumn = column("job")
        rateColumn = pruning.isAny ? column("rate_due") : nil
    }

    /// Goes through both and hands out each difference.
    mutating func run(_ body: (RowDifference) -> Void) throws(StoreError) {
        defer {
            rows.reset()
            expected.reset()
        }
        var (hasRow, hasExpected) = (try rows.step(), try expected.step())
        while hasRow || hasExpected {
            let order = order(hasRow, hasExpected)
            if order <= 0 { count += 1 }
            if order < 0 {
                let isLeft = ownerColumn.map { pruning.partly.contains(rows.value($0)) } ?? false
                if !isLeft { body(difference(key(of: rows), "follows from nothing in the log")) }
            } else if order > 0 {
                body(difference(key(of: expected), "is missing"))
            } else if let column = (0..<expected.columnCount).first(where: differs) {
                let words =
                    "has \(expected.columnName(column)) = \(rows.value(column)), and the log says \(expected.value(column))"
                body(difference(key(of: rows), words))
            }
            if order <= 0 { hasRow = try rows.step() }
            if order >= 0 { hasExpected = try expected.step() }
        }
    }

    /// Below 0 when the next row is one that should not be, above 0 when the next expected one is not there.
    private func order(_ hasRow: Bool, _ hasExpected: Bool) -> Int {
        guard hasRow else { return 1 }
        guard hasExpected else { return -1 }
        for column in keyColumns {
            let (left, right) = (rows.value(column), expected.value(column))
            if left != right { return left < right ? -1 : 1 }
        }
        return 0
    }

    private func differs(_ column: Int32) -> Bool {
        // The starts that were pruned moved it, and what is left of the log does not tell.
        column != rateColumn && rows.value(column) != expected.value(column)
    }

    private func key(of statement: Statement) -> [ColumnValue] { keyColumns.map(statement.value) }

    private func difference(_ key: [ColumnValue], _ words: String) -> RowDifference {
        let name = zip(table.key, key).map { "\($0) = \($1)" }.joined(separator: ", ")
        return RowDifference(
            table: table, key: key, sentence: "the row of \(table.name) with \(name) \(words)")
    }
}
