import HoldfastStore

extension Connection {
    /// Reads what the file tells of itself, on a connection set up as one that reads.
    func inspectFile(
        _ depth: FileInspection.Depth, newestSchema: Int
    ) throws(StoreError) -> FileInspection {
        let operation = "inspect the file"
        func number(_ sql: String) throws(StoreError) -> Int64 {
            try values(sql, for: operation).first.flatMap { Int64($0) } ?? 0
        }
        let kept = [
            FileInspection.Setting(
                name: "auto_vacuum", expected: "2",
                answer: try values("PRAGMA auto_vacuum", for: operation).first),
            FileInspection.Setting(
                name: "encoding", expected: "UTF-8",
                answer: try values("PRAGMA encoding", for: operation).first),
        ]
        let damage = try damage(depth, limit: 10)
        return FileInspection(
            settings: try ConnectionSettings(SQLiteOptions(), isWriter: false).report(self) + kept,
            pageBytes: try number("PRAGMA page_size"), pages: try number("PRAGMA page_count"),
            freePages: try number("PRAGMA freelist_count"),
            schema: Int(try number(#"SELECT count(*) FROM migrations"#)), newestSchema: newestSchema,
            damage: damage)
    }
}
