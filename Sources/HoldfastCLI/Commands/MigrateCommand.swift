import ArgumentParser
import HoldfastCore

/// `holdfast migrate`.
struct MigrateCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the schema of a database up to date.",
        discussion: """
            Commands that write do the same by themselves; this one is for doing it at a chosen moment, and for \
            making an empty database. Migrations go forward only, each in a transaction. A file that a newer version \
            wrote is left alone.

            EXAMPLE:
              holdfast migrate --db /var/lib/holdfast/jobs.db
            """)

    @OptionGroup var database: DatabaseOptions

    @OptionGroup var json: JSONOption

    func run(in surroundings: CommandSurroundings) async throws {
        let path = try database.path(in: surroundings)
        let outcome = try OpenStore.upgrade(path)
        let newest = OpenStore.newestSchema
        guard !json.isOn else {
            let object = JSONWriter.object { writer in
                writer.field("outcome", outcome.rawValue)
                writer.field("applied", newest)
                writer.field("known", newest)
            }
            return try surroundings.output.write(surroundings.json(object.text))
        }
        let name = TerminalText(path)
        let versions = "applied schema \(newest), known schema \(newest)"
        switch outcome {
        case .created: try surroundings.output.writeLine("Created \(name): \(versions)")
        case .upgraded: try surroundings.output.writeLine("Brought \(name) up to date: \(versions)")
        case .unchanged: try surroundings.output.writeLine("\(name) is up to date: \(versions)")
        }
    }
}
