import ArgumentParser
import Foundation
import HoldfastCore
import Testing

@testable import HoldfastCLI

@Suite("Colours, pagers, completions and manual pages", .timeLimit(.minutes(1)))
struct PrintingTests {
    @Test func `colours are asked for and refused, in a pipe as on a terminal`() async throws {
        let desk = try CommandDesk()
        _ = try await desk.enqueue()
        #expect(!(try await desk.run("jobs", "--color", "never", columns: 80).output.contains("\u{1B}")))
        #expect(!(try await desk.run("jobs").output.contains("\u{1B}")))
        #expect(try await desk.run("jobs", "--color", "always").output.contains("\u{1B}[1mJOB"))
        #expect(!(try await desk.run("jobs", "--color", "auto").output.contains("\u{1B}")))
        let wrong = try await desk.run("jobs", "--color", "red")
        #expect(wrong.code == .usage)
        #expect(wrong.errors.contains("'auto', 'always'"))
    }

    @Test func `a pager gets what does not fit the screen, on a terminal only`() async throws {
        let desk = try CommandDesk()
        for _ in 0..<30 { _ = try await desk.enqueue() }
        func paged(_ options: String..., columns: Int?) async throws -> (screen: [String], pager: String) {
            let target = desk.file("paged-\(UUID().uuidString)")
            let outcome = try await desk.run(
                ["jobs", "--limit", "30"] + options, columns: columns,
                variables: [
                    "HOLDFAST_DB": desk.database, "PAGER": "exit 1", "HOLDFAST_PAGER": "cat > '\(target)'",
                ])
            #expect(outcome.code == .success, "\(outcome.errors)")
            let pager = FileManager.default.contents(atPath: target).map {
                String(decoding: $0, as: UTF8.self)
            }
            return (outcome.lines, pager ?? "")
        }
        let long = try await paged(columns: 80)
        #expect(long.screen.isEmpty)
        #expect(long.pager.split(separator: "\n").count == 32)
        let short = try await paged("--kind", "none", columns: 80)
        #expect(short.screen == ["No job fits."])
        #expect(short.pager.isEmpty)
        #expect(try await paged("--no-pager", columns: 80).screen.count == 32)
        #expect(try await paged(columns: nil).screen.count == 31)
    }

    @Test func `a pager that is left early is no failure, and one that is not there says so`() async throws {
        let desk = try CommandDesk()
        for _ in 0..<40 { _ = try await desk.enqueue(input: "\"\(String(repeating: "x", count: 3_000))\"") }
        for pager in ["head -1 > /dev/null", "exit 127"] {
            let outcome = try await desk.run(
                ["jobs", "--json", "--limit", "40"], columns: 80,
                variables: ["HOLDFAST_DB": desk.database, "PAGER": pager])
            #expect(outcome.code == .success, "\(outcome.errors)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `a shell gets completions of every command`(shell: String) async throws {
        let script = try await CommandDesk().run("--generate-completion-script", shell)
        #expect(script.code == .success)
        for command in CommandLineTool.configuration.subcommands {
            #expect(script.output.contains(command.configuration.commandName ?? ""), "\(command)")
        }
        #expect(
            script.output.contains("--through") || script.output.contains("-l 'through'")
                || script.output.contains("through"))
    }

    @Test func `the manual has a page of each command, made of its help`() async throws {
        let desk = try CommandDesk()
        let folder = desk.file("man1")
        #expect(try await desk.run("man", "--directory", folder).code == .noSuchFile)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try await desk.run("man", "--directory", folder).code == .success)
        let files = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
        for command in try CommandDescription.tool().all {
            #expect(files.contains("\(command.words.joined(separator: "-")).1"), "\(command.words)")
        }
        let page = try await desk.run("man", "queue", "set").output
        #expect(page == (try String(contentsOfFile: folder + "/holdfast-queue-set.1", encoding: .utf8)))
        for part in [
            ".TH \"HOLDFAST\\-QUEUE\\-SET\" \"1\"", ".SH NAME", ".SH SYNOPSIS", ".SH EXAMPLE", ".SH OPTIONS",
            "\\fB\\-\\-concurrency\\fR",
        ] {
            #expect(page.contains(part), "\(part): \(page)")
        }
        // A line that begins with a point is an order to the formatter: there are none but those of the page itself.
        let orders = Set(
            page.split(separator: "\n").filter { $0.hasPrefix(".") }.map { $0.prefix { $0 != " " } })
        #expect(orders.isSubset(of: [".TH", ".SH", ".TP", ".PP", ".nf", ".fi"]))
        #expect(try await desk.run("man", "nothing").code == .usage)
        #expect(try await desk.run("man").output.contains("EXIT CODES"))
    }
}
