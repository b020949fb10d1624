import ArgumentParser
import HoldfastCore

/// Says before which moment a job does not start.
struct MomentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("How long to wait: 30s, 5m, 2h, 1d.", valueName: "time"),
        transform: ValueReading.duration)
    var delay: Duration?

    @Option(
        help: ArgumentHelp("The moment to wait for, as RFC 3339.", valueName: "moment"),
        transform: ValueReading.moment)
    var notBefore: Timestamp?

    func validate() throws {
        if delay != nil, notBefore != nil {
            throw ValidationError("give either --delay or --not-before, not both")
        }
    }

    /// The moment; nil when none was given.
    func due(in surroundings: CommandSurroundings) -> Timestamp? {
        delay.map { surroundings.now + $0 } ?? notBefore
    }
}
