import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastEngine

/// `holdfast fork JOB --step NAME`.
struct ForkCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork",
        abstract: "Make a new job of an existing one, which runs again from a step on.",
        discussion: """
            What was recorded before the step began is reused; the step and all that came later run again. The old job \
            stays as it is. Checkpoints, signals and sleeps are waited for again.

            EXAMPLES:
              holdfast fork 6f0a1b2c3d4e --step render --dry-run
              holdfast fork 6f0a1b2c3d4e --step insert#12 --input @fixed.json
            """)

    @OptionGroup var options: SteerOptions

    @Option(
        help: ArgumentHelp(
            "The first step that runs again: NAME, or NAME#2 for the second.", valueName: "step"),
        transform: ForkCommand.step)
    var step: StepKey

    @Option(
        help: ArgumentHelp(
            "Another input: JSON, @FILE or - (default: the same).", valueName: "json|@file|-"))
    var input: String?

    @Flag(help: "Only say which steps would be reused.")
    var dryRun = false

    func run(in surroundings: CommandSurroundings) async throws {
        let value = try input.map { try InputArgument($0).value(in: surroundings) }
        if dryRun {
            let plan = try await options.withJob(in: surroundings) {
                try await $0.forkOutline(of: $1, at: step)
            }
            return try write(plan, in: surroundings)
        }
        let body = ForkBody(at: step, input: value, reason: options.reason)
        let state = try await options.withJob(in: surroundings) { try await $0.fork($1, body) }
        try options.write(state, in: surroundings) { job in
            "Made \(job.id), which reuses \(job.recordedSteps) recorded steps"
        }
    }

    private func write(_ plan: ForkOutline, in surroundings: CommandSurroundings) throws {
        if options.json.isOn {
            let object = JSONWriter.object { writer in
                writer.field("reused", plan.reused.map(\.description))
                writer.field("again", plan.again.map(\.description))
            }
            return try surroundings.output.write(surroundings.json(object.text))
        }
        let groups = [("Reused", plan.reused), ("Run again", plan.again)]
        for (title, steps) in groups {
            let names = steps.isEmpty ? "nothing" : steps.map(\.description).joined(separator: ", ")
            try surroundings.output.writeLine(TerminalText("\(title) (\(steps.count)): \(names)").text)
        }
    }

    private static func step(_ text: String) throws -> StepKey {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        let number = parts.count > 1 ? parts.last.flatMap { Int($0) } : nil
        let name = number == nil ? text : parts.dropLast().joined(separator: "#")
        guard number ?? 1 > 0 else { throw ValidationError("steps of a name are counted from 1") }
        return StepKey(try ValueReading.name(name), occurrence: number ?? 1)
    }
}
