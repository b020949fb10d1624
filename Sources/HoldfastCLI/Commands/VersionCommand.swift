import ArgumentParser
import HoldfastCore

/// `holdfast version`.
struct VersionCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version of holdfast, of its schema and of SQLite.",
        discussion: """
            EXAMPLE:
              holdfast version --json | jq -r .holdfast
            """)

    @OptionGroup var json: JSONOption

    func run(in surroundings: CommandSurroundings) async throws {
        let (schema, sqlite) = (OpenStore.newestSchema, OpenStore.libraryVersion)
        guard json.isOn else {
            return try surroundings.output.writeLine(
                "holdfast \(HoldfastVersion.current) (schema \(schema), SQLite \(sqlite))")
        }
        let object = JSONWriter.object { writer in
            writer.field("holdfast", HoldfastVersion.current)
            writer.field("schema", schema)
            writer.field("sqlite", sqlite)
        }
        try surroundings.output.write(surroundings.json(object.text))
    }
}
