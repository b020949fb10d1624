import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast restore BACKUP`.
struct RestoreCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a database of a backup, and go on from there.",
        discussion: """
            The backup is looked through as `holdfast verify` does, and stays as it is. The database has a new identity, by \
            which clients notice that the log they knew is another one; jobs that ran in the backup run again. A \
            database that exists is replaced with --replace only, and never while a server or another process has it \
            open. Stop what still works on the old log first: its jobs would run twice.

            EXAMPLES:
              holdfast restore /backup/jobs-2026-10-08.db --db /var/lib/holdfast/jobs.db --replace
              holdfast restore jobs-monday.db --db try.db
            """)

    @Argument(help: "A file that `holdfast backup` made.")
    var backup: String

    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Replace the database that is there.")
    var replace = false

    @OptionGroup var asker: PersonOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        if backup.isEmpty { throw ValidationError("BACKUP is the path of a file") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let path = try database.path(in: surroundings)
        let bar = MovingBar(in: surroundings, isSilent: json.isOn)
        let restored = try await OpenStore(path: path, purpose: .creating).restore(
            backup, replacing: replace, by: asker.person(in: surroundings), in: surroundings,
            progress: bar.show)
        guard !json.isOn else {
            let object = JSONWriter.object { writer in
                writer.field("path", restored.path)
                writer.field("log", restored.identity)
                writer.key("backup_head")
                writer.object { $0.head(restored.head) }
                writer.field("bytes", restored.bytes)
            }
            return try surroundings.output.write(surroundings.json(object.text))
        }
        let events = HumanUnits.count(restored.head.position.value)
        try surroundings.output.writeLine(
            "Restored \(TerminalText(path)) from \(TerminalText(backup)): \(events) events, as log \(restored.identity)"
        )
        try surroundings.output.writeLine("Head of the backup: \(restored.head.text)")
    }
}
