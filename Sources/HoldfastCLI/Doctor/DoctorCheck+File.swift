import HoldfastCore
import HoldfastSQLite

// What is said of the file, of the disk and of the library.
extension DoctorCheck {
    private static let mebibyte: Int64 = 1024 * 1024

    static let ofFile: [DoctorCheck] = [
        DoctorCheck("readable", readable), DoctorCheck("schema", schema), DoctorCheck("settings", settings),
        DoctorCheck("damage", damage), DoctorCheck("permissions", permissions),
        DoctorCheck("owner", owner), DoctorCheck("locks", locks), DoctorCheck("wal", writeAheadLog),
        DoctorCheck("free_pages", freePages), DoctorCheck("disk", disk), DoctorCheck("sqlite", library),
    ]

    private static func readable(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let failure = facts.failure else { return .ok("\(facts.path) is a log of Holdfast") }
        // The check of the schema says it, with the command that mends it.
        if let file = facts.inspection, file.schema < file.newestSchema {
            return .ok("\(facts.path) is a log of an older version of Holdfast")
        }
        return .problem(
            failure, advice: "keep a copy of the file as it is, and restore a backup if nothing else helps")
    }

    private static func schema(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let file = facts.inspection else { return nil }
        if file.schema == file.newestSchema { return .ok("the schema is \(file.schema), the newest") }
        if file.schema < file.newestSchema {
            return .problem(
                "the schema is \(file.schema), and this program needs \(file.newestSchema)",
                advice: "holdfast migrate --db \(facts.path)")
        }
        return .problem(
            "the schema is \(file.schema), and this program knows \(file.newestSchema)",
            advice: "use the version of holdfast that wrote it, or a newer one")
    }

    private static func settings(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let file = facts.inspection else { return nil }
        let wrong = file.settings.filter { $0.answer != $0.expected }
        guard let first = wrong.first else {
            return .ok("all \(file.settings.count) settings of SQLite read back as they should be")
        }
        let words = "\(first.name) is \(first.answer ?? "unknown") and should be \(first.expected)"
        let rest = wrong.count > 1 ? ", and \(wrong.count - 1) more" : ""
        return .problem(
            "\(words)\(rest)",
            advice: "stop what has the file open, then type: holdfast migrate --db \(facts.path)")
    }

    private static func damage(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let file = facts.inspection else { return nil }
        guard let first = file.damage.first else { return .ok("SQLite finds no damage") }
        return .problem(
            "the file is damaged: \(first)",
            advice: "stop the server, keep a copy of the file, and restore a backup")
    }

    private static func permissions(_ facts: DoctorFacts) -> DoctorFinding? {
        guard !facts.files.isEmpty else { return nil }
        let command = "chmod o-rwx " + facts.files.map(\.path).joined(separator: " ")
        if let open = facts.files.first(where: { $0.rights & 0o002 != 0 }) {
            return .problem("everybody may write \(open.path)", advice: command)
        }
        if let open = facts.files.first(where: { $0.rights & 0o004 != 0 }) {
            let content =
                open.path.hasSuffix(".keys") ? "keys of encrypted jobs" : "inputs and outputs of all jobs"
            return .warning("everybody may read \(open.path), with the \(content)", advice: command)
        }
        return .ok("others may neither read nor write the file")
    }

    private static func owner(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let database = facts.files.first else { return nil }
        if let stranger = facts.files.first(where: { $0.owner != database.owner }) {
            return .problem(
                "\(stranger.path) belongs to another user than the database, who may lock it out",
                advice: "sudo chown --reference=\(database.path) \(stranger.path)")
        }
        guard database.owner == facts.user || facts.user == 0 else {
            return .warning(
                "the file belongs to user \(database.owner), and you are user \(facts.user)",
                advice:
                    "run commands as its owner: sudo -u '#\(database.owner)' holdfast doctor --db \(facts.path)"
            )
        }
        return .ok("all files belong to one user")
    }

    private static func locks(_ facts: DoctorFacts) -> DoctorFinding? {
        guard !facts.deadLocks.isEmpty else { return .ok("no engine that died left a lock file") }
        let word = facts.deadLocks.count == 1 ? "file" : "files"
        return .warning(
            "\(facts.deadLocks.count) lock \(word) of engines that died stand beside the file, to no harm",
            advice: "rm " + facts.deadLocks.prefix(3).joined(separator: " "))
    }

    private static func writeAheadLog(_ facts: DoctorFacts) -> DoctorFinding? {
        guard !facts.files.isEmpty else { return nil }
        let bytes = facts.writeAheadLogBytes
        let size = HumanUnits.bytes(bytes)
        let advice = "see who has the file open, and end what reads for ever: fuser -v \(facts.path)"
        if bytes > 1024 * mebibyte {
            return .problem(
                "the write-ahead log has \(size): a reader keeps it from being folded", advice: advice)
        }
        if bytes > 128 * mebibyte {
            return .warning("the write-ahead log has \(size), which slows readers down", advice: advice)
        }
        return .ok("the write-ahead log has \(size)")
    }

    private static func freePages(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let file = facts.inspection else { return nil }
        let free = file.freePages * file.pageBytes
        let share = Double(file.freePages) / Double(max(1, file.pages))
        let words = "\(HumanUnits.percent(share)) of the file is free (\(HumanUnits.bytes(free)))"
        guard share > 0.5, free > 64 * mebibyte else { return .ok(words) }
        return .warning(
            words,
            advice: "new events use it first; to shrink the file now, stop the server and type: "
                + "sqlite3 \(facts.path) VACUUM")
    }

    private static func disk(_ facts: DoctorFacts) -> DoctorFinding? {
        guard let free = facts.freeBytes else { return nil }
        let words = "\(HumanUnits.bytes(free)) are free on the disk"
        let advice = "make room: df -h \(facts.path)"
        if free < 256 * mebibyte { return .problem("only \(words)", advice: advice) }
        guard free >= max(1024 * mebibyte, facts.databaseBytes) else {
            return .warning("\(words), too little for a copy of the file", advice: advice)
        }
        return .ok(words)
    }

    private static func library(_ facts: DoctorFacts) -> DoctorFinding? {
        let parts = facts.libraryVersion.split(separator: ".").compactMap { Int($0) }
        guard parts.count >= 2, (parts[0], parts[1]) >= (3, 37) else {
            return .problem(
                "SQLite is \(facts.libraryVersion), and strict tables need 3.37",
                advice: "install a newer libsqlite3")
        }
        return .ok("SQLite is \(facts.libraryVersion)")
    }
}
