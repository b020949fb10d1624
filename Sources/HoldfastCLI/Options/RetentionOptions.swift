import ArgumentParser
import HoldfastCore
import HoldfastEngine

/// Which jobs that have ended a command means.
struct RetentionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Only jobs that ended longer ago than this: 12h, 30d.", valueName: "time"),
        transform: ValueReading.duration)
    var olderThan: Duration?

    @Option(
        help: ArgumentHelp(
            "How many of the newest jobs of each kind and state are kept in any case.", valueName: "count"),
        transform: ValueReading.count)
    var keep: Int?

    @Option(
        help: ArgumentHelp(
            "How many bytes of the newest jobs of each kind and state are kept in any case: 500M, 2G.",
            valueName: "size"), transform: ValueReading.bytes)
    var keepBytes: Int64?

    @Option(help: "Only jobs of this kind.", transform: ValueReading.name)
    var kind: JobKind?

    @Option(
        help: ArgumentHelp(
            "Only jobs that ended so: completed, failed, cancelled (default: all three).", valueName: "states"
        ),
        transform: RetentionText.endings)
    var state: [[JobPhaseName]] = []

    func validate() throws {
        guard olderThan != nil || keep != nil || keepBytes != nil else {
            throw ValidationError(
                "say which jobs may go: --older-than with an age, --keep with a number, --keep-bytes with a size, "
                    + "or several of them, of which all have to fit")
        }
    }

    /// The jobs that are meant.
    var rule: RetentionRule {
        let states = state.flatMap(\.self)
        return RetentionRule(
            kind: kind, states: states.isEmpty ? RetentionRule.endings : Set(states), age: olderThan,
            newest: keep ?? 0, newestBytes: keepBytes)
    }
}
