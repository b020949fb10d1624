import ArgumentParser
import HoldfastCore
import HoldfastStore

/// Which events of a job a command is about.
struct EventFilterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only events of these kinds, separated by commas; step.* means all of a group.",
            valueName: "kinds"),
        transform: ValueReading.eventKinds)
    var types: [Set<EventKind>] = []

    @Option(
        help: ArgumentHelp(
            "Only events of this step, or with #2 at the end of its second run.", valueName: "step"),
        transform: ValueReading.step)
    var step: StepChoice?

    @Option(
        help: ArgumentHelp(
            "Only events that this one caused: a name, or person:ana, or worker:* for all workers.",
            valueName: "actor"),
        transform: ValueReading.actor)
    var actor: ActorChoice?

    @Option(
        help: ArgumentHelp("Only events of this moment or later, as RFC 3339.", valueName: "moment"),
        transform: ValueReading.moment)
    var since: Timestamp?

    @Option(
        help: ArgumentHelp("Only events before this moment.", valueName: "moment"),
        transform: ValueReading.moment)
    var until: Timestamp?

    @Option(
        help: ArgumentHelp("Only events after this position.", valueName: "position"),
        transform: ValueReading.position)
    var after: EventLogPosition?

    @Option(
        help: ArgumentHelp("Only events up to and including this position.", valueName: "position"),
        transform: ValueReading.position)
    var through: EventLogPosition?

    /// The filter.
    var events: EventFilter {
        EventFilter(
            kinds: types.isEmpty ? nil : types.reduce(into: []) { $0.formUnion($1) }, step: step,
            actor: actor,
            since: since, until: until, after: after, through: through)
    }

    /// Whether nothing was said.
    var isEmpty: Bool { events == EventFilter() }
}

extension ValueReading {
    /// Reads kinds of events, separated by commas; `step.*` means all of a group.
    static func eventKinds(_ text: String) throws -> Set<EventKind> {
        var kinds: Set<EventKind> = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            let found =
                name.hasSuffix(".*")
                ? EventKind.allCases.filter { $0.rawValue.hasPrefix(name.dropLast()) }
                : EventKind(rawValue: String(name)).map { [$0] } ?? []
            guard !found.isEmpty else {
                throw ValidationError(
                    "\"\(name)\" is no kind of event; \(list(of: String(name)))")
            }
            kinds.formUnion(found)
        }
        return kinds
    }

    /// Which kinds of events there are: those of the group that was meant, else the groups.
    private static func list(of name: String) -> String {
        let groups = EventKind.allCases.map { $0.rawValue.prefix { $0 != "." } }
        let group = name.prefix { $0 != "." }
        if groups.contains(group) {
            let kinds = EventKind.allCases.map(\.rawValue).filter { $0.hasPrefix("\(group).") }
            return "there are \(kinds.joined(separator: ", "))"
        }
        let names = Set(groups).sorted().map { "\($0).*" }
        return "there are \(names.joined(separator: ", "))"
    }

    /// Reads a step: its name, or with `#2` at the end one of that name.
    static func step(_ text: String) throws -> StepChoice {
        let mark = text.lastIndex(of: "#")
        if let mark, let occurrence = Int(text[text.index(after: mark)...]), occurrence > 0,
            let name = StepName(rawValue: String(text[..<mark]))
        {
            return StepChoice(name: name, occurrence: occurrence)
        }
        return StepChoice(name: try name(text), occurrence: nil)
    }

    /// Reads an actor: a name, or a role and a name with a colon between them; `*` means all of the role.
    static func actor(_ text: String) throws -> ActorChoice {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, let role = EventActor.Role(rawValue: String(parts[0])), !parts[1].isEmpty {
            return ActorChoice(role: role, id: parts[1] == "*" ? nil : String(parts[1]))
        }
        guard !text.isEmpty else {
            throw ValidationError("an actor is a name, or one such as person:ana or worker:*")
        }
        return ActorChoice(role: nil, id: text)
    }
}
