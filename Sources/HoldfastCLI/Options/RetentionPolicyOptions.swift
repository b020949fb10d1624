import ArgumentParser
import HoldfastCore

/// By which rules a command that runs jobs prunes those that ended.
struct RetentionPolicyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Prune jobs that ended and fit a rule, such as older-than=30d or kind=agent,state=completed,keep=1000; may be repeated.",
            valueName: "rule"), transform: RetentionText.rule)
    var retain: [RetentionRule] = []

    @Option(
        help: ArgumentHelp("How often to look for jobs to prune (default: 1h).", valueName: "time"),
        transform: ValueReading.duration)
    var retainEvery: Duration?

    func validate() throws {
        if retain.isEmpty, retainEvery != nil {
            throw ValidationError("--retain-every goes with --retain, which says which jobs may go")
        }
        if let retainEvery, retainEvery < .seconds(1) {
            throw ValidationError("--retain-every is one second or longer")
        }
    }

    /// The rules; nil where nothing is pruned.
    var policy: RetentionPolicy? {
        guard !retain.isEmpty else { return nil }
        return retainEvery.map { RetentionPolicy(retain, every: $0) } ?? RetentionPolicy(retain)
    }
}
