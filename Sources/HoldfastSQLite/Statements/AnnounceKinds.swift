import HoldfastCore
import HoldfastStore

extension Connection {
    /// Remembers that workers announced kinds.
    func announceKinds(_ kinds: Set<JobKind>) throws(StoreError) {
        for kind in kinds {
            let insert = try statement(
                #"INSERT INTO worker_kinds (kind) VALUES (?1) ON CONFLICT (kind) DO NOTHING"#,
                for: "announce a kind")
            insert.bind(kind, at: 1)
            try insert.run()
        }
    }

    /// The kinds that some worker announced.
    func readAnnouncedKinds() throws(StoreError) -> Set<JobKind> {
        let statement = try statement(#"SELECT kind FROM worker_kinds"#, for: "read the announced kinds")
        defer { statement.reset() }
        var kinds: Set<JobKind> = []
        while try statement.step() { kinds.insert(JobKind(unchecked: statement.text(0))) }
        return kinds
    }
}
