import ArgumentParser
import Foundation
import Testing

@testable import HoldfastCLI

@Suite("Help pages")
struct HelpTests {
    private static let commands = CommandLineTool.configuration.subcommands.compactMap {
        $0.configuration.commandName
    }

    /// The pages that people read, so that a change of one is seen in review.
    ///
    /// After a change on purpose run the tests with `HOLDFAST_RECORD=1`, and read the difference.
    @Test(arguments: [""] + commands)
    func `a page of help is as it was reviewed`(command: String) async throws {
        let desk = try CommandDesk()
        let page = try await desk.run(command.isEmpty ? ["--help"] : [command, "--help"])
        #expect(page.code == .success)
        let url = Self.folder.appending(path: "\(command.isEmpty ? "holdfast" : command).txt")
        if ProcessInfo.processInfo.environment["HOLDFAST_RECORD"] == "1" {
            try Data(page.output.utf8).write(to: url)
        }
        #expect(page.output == (try String(contentsOf: url, encoding: .utf8)))
    }

    @Test func `every command is there and teaches by example`() async throws {
        let expected = [
            "serve", "demo", "enqueue", "jobs", "show", "history", "tail", "cancel", "migrate", "version",
        ]
        #expect(Set(Self.commands).isSuperset(of: expected))
        for command in CommandLineTool.configuration.subcommands {
            #expect(command.configuration.discussion.contains("EXAMPLE"), "\(command)")
        }
    }

    @Test func `a page of help fits a narrow terminal`() async throws {
        let desk = try CommandDesk()
        for command in Self.commands {
            let page = try await desk.run(command, "--help", columns: 80)
            // What is typed is never broken, so lines of examples may be longer.
            let prose = page.lines.filter { !$0.hasPrefix("  ") && !$0.hasPrefix("USAGE") }
            #expect(prose.allSatisfy { $0.count <= 80 }, "\(command)")
        }
    }

    @Test func `the exit codes are on the first page`() async throws {
        let page = try await CommandDesk().run("--help").output
        for code in CommandExitCode.allCases {
            #expect(page.contains("\(code.rawValue)  \(code.meaning.prefix(40))"))
        }
    }

    private static var folder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/Help")
    }
}
