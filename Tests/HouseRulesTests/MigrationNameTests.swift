import Testing

@Suite("Names of migrations")
struct MigrationNameTests {
    @Test func `migrations are numbered from 1 without a hole`() {
        let paths = Repository.paths(below: "Migrations").filter { $0.hasSuffix(".sql") }
        #expect(!paths.isEmpty, "there is a schema, so there are migrations")
        let databases = Dictionary(grouping: paths) {
            $0.split(separator: "/").dropLast().joined(separator: "/")
        }
        for (folder, files) in databases {
            let faults = migrationNameFaults(
                files.compactMap { $0.split(separator: "/").last.map(String.init) })
            #expect(faults.isEmpty, "\(folder): \(faults.joined(separator: "; "))")
        }
    }

    @Test(arguments: [
        ["V0002_leases.sql"],
        ["V0001_event_log.sql", "V0003_leases.sql"],
        ["V0001_event_log.sql", "V0001_leases.sql"],
        ["V1_event_log.sql"],
        ["0001_event_log.sql"],
        ["V0001_EventLog.sql"],
        ["V0001-event-log.sql"],
        ["V0001_.sql"],
    ])
    func `a wrong name, a hole and a double are found`(names: [String]) {
        #expect(!migrationNameFaults(names).isEmpty)
    }

    @Test func `good names pass in any order`() {
        #expect(migrationNameFaults(["V0002_leases.sql", "V0001_event_log.sql"]).isEmpty)
    }
}

/// Says what is wrong with the file names of one database's migrations: `V00NN_snake_case.sql`,
/// counted from 1.
func migrationNameFaults(_ names: [String]) -> [String] {
    names.sorted().enumerated().compactMap { place, name in
        guard let match = name.wholeMatch(of: #/V(\d{4})_[a-z0-9]+(?:_[a-z0-9]+)*\.sql/#) else {
            return "\(name) is not V00NN_snake_case.sql"
        }
        return Int(match.1) == place + 1 ? nil : "\(name) should have the number \(place + 1)"
    }
}
