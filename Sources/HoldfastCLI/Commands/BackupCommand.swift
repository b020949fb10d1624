import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast backup TARGET`.
struct BackupCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a database while it is in use, and check the copy.",
        discussion: """
            The copy is the log as it was at one moment: events, large values, artifacts, everything. Nobody waits \
            for it. It is looked through as `holdfast verify` does before it gets its name, so a file of that name is a \
            good backup; a copy that was cut has the name TARGET.partial and is made anew by the next one. A file \
            that exists is never replaced.

            The last line is the head: kept elsewhere, it proves later with `holdfast verify --head` that nobody changed \
            the copy.

            EXAMPLES:
              holdfast backup /backup/jobs-$(date +%F).db
              holdfast backup jobs-copy.db --db /var/lib/holdfast/jobs.db --json
            """)

    @Argument(help: "The file to make.")
    var target: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var json: JSONOption

    func validate() throws {
        if target.isEmpty { throw ValidationError("TARGET is the path of a file") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let store = OpenStore(path: try database.path(in: surroundings), purpose: .reading)
        let bar = MovingBar(in: surroundings, isSilent: json.isOn)
        let backup = try store.backUp(to: target, progress: bar.show)
        guard !json.isOn else {
            let object = JSONWriter.object { writer in
                writer.field("path", backup.path)
                writer.field("log", backup.identity)
                writer.key("head")
                writer.object { $0.head(backup.head) }
                writer.field("bytes", backup.bytes)
            }
            return try surroundings.output.write(surroundings.json(object.text))
        }
        let events = HumanUnits.count(backup.head.position.value)
        try surroundings.output.writeLine(
            "Copied \(TerminalText(store.path)) to \(TerminalText(target)): \(events) events, \(HumanUnits.bytes(backup.bytes))"
        )
        try surroundings.output.writeLine("Head: \(backup.head.text)")
    }
}
