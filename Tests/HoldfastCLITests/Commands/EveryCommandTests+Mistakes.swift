import HoldfastCore
import Testing

@testable import HoldfastCLI

// What every command says to a wrong command line, and to nobody.
extension EveryCommandTests {
    /// Values of these are read before anything is done.
    private static let strictValues: Set<String> = [
        "time", "moment", "count", "position", "number", "count|none", "count/time|none", "level", "states",
        "format", "amount", "head", "shape", "place", "return|reject|replace", "when", "policy",
    ]

    private static let ending = leaves.filter { !lasting.contains($0.name) }

    @Test(arguments: ending)
    func `a value that is none is told in one sentence, and nothing is done`(leaf: Leaf) async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        let job = "0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"
        for option in leaf.description.arguments where Self.strictValues.contains(option.valueName ?? "") {
            guard let name = option.names.last else { continue }
            // The last one of an option that is given twice counts.
            let line = try leaf.words + leaf.needed(job: job) + [name, "no such value"]
            let outcome = try await desk.run(line)
            #expect([.usage, .badValue].contains(outcome.code), "\(line): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix("holdfast: "), "\(line): \(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(line): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test(arguments: leaves)
    func `a word that is missing or too much is told in one sentence`(leaf: Leaf) async throws {
        let desk = try CommandDesk()
        var lines = [leaf.words + ["no", "such", "words", "here"]]
        if leaf.description.arguments.contains(where: { !$0.isOptional }) { lines.append(leaf.words) }
        for line in lines {
            let outcome = try await desk.run(line)
            #expect([.usage, .badValue].contains(outcome.code), "\(line): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix("holdfast: "), "\(line): \(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(line): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test(arguments: ending.filter { $0.name != "tail" })
    func `a reader that has gone is no failure of any command`(leaf: Leaf) async throws {
        var (codes, errors) = ([CommandExitCode](), [String]())
        for sheet in [nil, try Sheet.withoutReader()] {
            let desk = try CommandDesk()
            let job = try await desk.enqueue("ledger.import")
            try await desk.work(job, CommandDesk.fullRun)
            let line = try leaf.words + leaf.needed(job: job).map { $0 == "copy.db" ? desk.file($0) : $0 }
            let outcome = try await desk.run(line, on: sheet)
            codes.append(outcome.code)
            errors.append(outcome.errors.replacing(desk.folder, with: ""))
        }
        #expect(codes[1] == .success || codes[1] == codes[0], "\(errors[1])")
        #expect(errors[1].isEmpty || errors[1] == errors[0], "\(errors[1])")
    }
}
