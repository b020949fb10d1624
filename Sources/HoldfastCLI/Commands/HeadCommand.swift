import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast head`.
struct HeadCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "head",
        abstract: "Print where the log ends, to be kept elsewhere.",
        discussion: """
            One line: the position of the newest event and its hash, which stands for everything before it. Kept where \
            whoever can write the database cannot, it proves later with `holdfast verify --head` that no event up to \
            there was changed or cut off.

            EXAMPLES:
              holdfast head >> /mnt/elsewhere/heads.txt
              holdfast head --url https://jobs.example.com --json
            """)

    @OptionGroup var target: TargetOptions

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let head = try await target.work(.reading, in: surroundings) { try await $0.head() }
        guard json.isOn else { return try surroundings.output.writeLine(head.text) }
        try surroundings.output.write(surroundings.json(JSONWriter.object { $0.head(head) }.text))
    }
}
