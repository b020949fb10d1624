import ArgumentParser
import HoldfastCore

/// Says who asks for something.
struct PersonOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Who asks for it, kept in the log (default: your login name).", valueName: "name"))
    var by: String?

    func validate() throws {
        if let by, !TextIdentifierRules.accepts(by) {
            throw ValidationError("--by: \(TextIdentifierRules.explanation)")
        }
    }

    /// Who asks.
    func person(in surroundings: CommandSurroundings) -> EventActor { .person(by ?? surroundings.person) }
}

/// Says why something is asked for.
struct ReasonOption: ParsableArguments {
    @Option(help: ArgumentHelp("Why, kept in the log.", valueName: "text"))
    var reason: String?
}

/// Says who asks for something, and why.
struct ActorOptions: ParsableArguments {
    @OptionGroup var why: ReasonOption
    @OptionGroup var asker: PersonOption

    /// Why, in words for people.
    var reason: String? { why.reason }

    /// Whether nothing was said.
    var isEmpty: Bool { why.reason == nil && asker.by == nil }

    /// Who asks.
    func person(in surroundings: CommandSurroundings) -> EventActor { asker.person(in: surroundings) }
}
