import ArgumentParser
import HoldfastCore
import HoldfastStore

/// Which jobs a command is about.
struct FilterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only jobs in these states, separated by commas: \(JobPhaseName.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "states"),
        transform: ValueReading.states)
    var state: [[JobPhaseName]] = []

    @Option(help: "Only jobs of this kind.", transform: ValueReading.name)
    var kind: JobKind?

    @Option(help: "Only jobs of this queue.", transform: ValueReading.name)
    var queue: QueueName?

    @Option(help: "Only jobs with this mark.", transform: ValueReading.name)
    var tag: JobTag?

    /// Whether nothing was said.
    var isEmpty: Bool { jobs == JobFilter() }

    /// The filter.
    var jobs: JobFilter {
        let states = state.flatMap(\.self)
        return JobFilter(phases: states.isEmpty ? nil : Set(states), kind: kind, queue: queue, tag: tag)
    }
}
