import HoldfastStore

// What the audit reads of the schema: a log whose triggers are gone can be written over.
extension Connection {
    /// Compares tables, indexes and triggers with those of a file that was made just now; what an application added is its own.
    func compareSchema(with fresh: Connection) throws(StoreError) -> AuditReport {
        var report = AuditReport()
        let found = try readSchema()
        for (name, made) in try fresh.readSchema().sorted(by: { $0.key < $1.key }) {
            guard let there = found[name] else {
                report.note(.schema, "the \(made.type) \(name) is missing: another program has dropped it")
                continue
            }
            if there != made { report.note(.schema, "the \(made.type) \(name) is another one than was made") }
        }
        return report
    }

    /// What there is, by its name.
    private func readSchema() throws(StoreError) -> [String: SchemaObject] {
        let rows = try statement(
            #"SELECT name, type, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'"#,
            for: "verify the schema")
        defer { rows.reset() }
        var objects: [String: SchemaObject] = [:]
        while try rows.step() {
            objects[rows.text(0)] = SchemaObject(type: rows.text(1), table: rows.text(2), sql: rows.text(3))
        }
        return objects
    }
}

/// A table, an index or a trigger.
private struct SchemaObject: Equatable {
    let type: String
    let table: String
    let sql: String
}
