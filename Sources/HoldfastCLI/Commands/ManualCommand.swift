import ArgumentParser
import FoundationEssentials

#if canImport(Darwin)
    import Foundation
#endif

/// `holdfast man [COMMAND]`.
struct ManualCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Print the manual page of a command, or write those of all commands.",
        discussion: """
            The pages are made of the same texts as --help. Completions for a shell are made by \
            --generate-completion-script.

            EXAMPLES:
              holdfast man history | man -l -
              holdfast man queue set | man -l -
              holdfast man --directory ~/.local/share/man/man1
              holdfast --generate-completion-script bash > ~/.local/share/bash-completion/completions/holdfast
            """)

    @Argument(help: "The command (default: the first page).")
    var command: [String] = []

    @Option(
        help: ArgumentHelp("Write the pages of all commands into this folder.", valueName: "folder"))
    var directory: String?

    func validate() throws {
        if directory != nil, !command.isEmpty {
            throw ValidationError("--directory is for all pages; leave out the command")
        }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let tool = try CommandDescription.tool()
        guard let directory else {
            guard let page = tool.command(command) else {
                throw CommandFailure(
                    .usage, "there is no command \(command.joined(separator: " ")); see `holdfast --help`")
            }
            return try surroundings.output.write(ManualPage(command: page).roff)
        }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder), isFolder else {
            throw CommandFailure(.noSuchFile, "there is no folder \(directory); make it first")
        }
        for page in tool.all.map(ManualPage.init) {
            let path = "\(directory)/\(page.fileName)"
            do {
                try Data(page.roff.utf8).write(to: URL(filePath: path))
            } catch {
                throw CommandFailure(
                    .cannotCreate, "\(path) cannot be written; check the rights of the folder")
            }
        }
    }
}
