import ArgumentParser
import HoldfastCore

/// What a key means.
struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long after it was enqueued a job keeps its key (default: until it has ended).",
            valueName: "time"),
        transform: ValueReading.duration)
    var uniqueFor: Duration?

    @Option(
        help: ArgumentHelp(
            "What to do when a job keeps the key: return it, reject (exit code 68), or replace one that waits.",
            valueName: "return|reject|replace"),
        transform: KeyOptions.conflict)
    var onConflict: Uniqueness.Conflict?

    @Option(
        help: ArgumentHelp(
            "Start only when no repeat of the key came for this long; the last input counts.",
            valueName: "time"),
        transform: ValueReading.duration)
    var debounce: Duration?

    @Option(
        help: ArgumentHelp("How long repeats may put it off in all.", valueName: "time"),
        transform: ValueReading.duration)
    var debounceMax: Duration?

    /// Whether anything was said about the key.
    var areGiven: Bool { uniqueFor != nil || onConflict != nil || debounce != nil }

    /// For how long a job keeps its key, and what happens then.
    var unique: Uniqueness {
        Uniqueness(
            uniqueFor.map(Uniqueness.Period.within) ?? .whileUnfinished,
            onConflict: onConflict ?? .returnExisting)
    }

    /// How repeats are gathered.
    var debounced: Debounce? { debounce.map { Debounce($0, maximum: debounceMax) } }

    func validate() throws {
        if debounceMax != nil, debounce == nil { throw ValidationError("--debounce-max needs --debounce") }
        if debounce != nil, uniqueFor != nil || onConflict != nil {
            throw ValidationError("give either --debounce, or --unique-for and --on-conflict")
        }
    }

    private static func conflict(_ text: String) throws -> Uniqueness.Conflict {
        guard let conflict = Uniqueness.Conflict(rawValue: text) else {
            throw ValidationError("it is return, reject or replace")
        }
        return conflict
    }
}
