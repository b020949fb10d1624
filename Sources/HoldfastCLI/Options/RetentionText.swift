import ArgumentParser
import HoldfastAPI
import HoldfastCore

/// Reads and writes rules of retention as one text: `kind=agent,state=completed,older-than=30d,keep=1000,keep-bytes=2G`.
enum RetentionText {
    /// What a rule looks like, for messages.
    static let explanation =
        "a rule looks like kind=agent,state=completed,older-than=30d,keep=1000,keep-bytes=2G, "
        + "with older-than, keep or keep-bytes at least"

    /// Reads a rule; the words are those of the options of `holdfast prune`, and `state` may be repeated.
    static func rule(_ text: String) throws -> RetentionRule {
        var rule = RetentionRule()
        var (states, limits) = (Set<JobPhaseName>(), 0)
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2 else { throw ValidationError(explanation) }
            let value = String(words[1])
            switch words[0] {
            case "kind": rule.kind = try ValueReading.name(value)
            case "state": states.formUnion(try endings(value))
            case "older-than": rule.age = try ValueReading.duration(value)
            case "keep": rule.newest = try ValueReading.count(value)
            case "keep-bytes": rule.newestBytes = try ValueReading.bytes(value)
            default: throw ValidationError(explanation)
            }
            limits += ["kind", "state"].contains(words[0]) ? 0 : 1
        }
        guard limits > 0 else { throw ValidationError(explanation) }
        if !states.isEmpty { rule.states = states }
        return rule
    }

    /// Reads states in which a job can have ended.
    static func endings(_ text: String) throws -> [JobPhaseName] {
        let states = try ValueReading.states(text)
        if let other = states.first(where: { !$0.isEnded }) {
            throw ValidationError("a job that is \(other.rawValue) has not ended, and is never pruned")
        }
        return states
    }

    /// A rule as `rule(_:)` reads it.
    static func text(of rule: RetentionRule) -> String {
        var parts = words(for: rule).map { "\($0.name)=\($0.value)" }
        // A rule that is for a program only: it lets every job go that has ended.
        if parts.isEmpty { parts = ["keep=0"] }
        return parts.joined(separator: ",")
    }

    /// The options of `holdfast prune` that do what a rule says.
    static func options(of rule: RetentionRule) -> String {
        let words = words(for: rule).map { "--\($0.name) \($0.value)" }
        return (words.isEmpty ? ["--older-than 0s"] : words).joined(separator: " ")
    }

    /// A length of time as `ValueReading.duration` reads it, in the largest unit that needs no fraction.
    static func text(of length: Duration) -> String {
        let microseconds = length.microsecondsRoundedUp
        for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")] as [(Int64, String)]
        where microseconds % (unit * 1_000_000) == 0 {
            return "\(microseconds / (unit * 1_000_000))\(name)"
        }
        return "\(Double(microseconds) / 1_000)ms"
    }

    private static func words(for rule: RetentionRule) -> [(name: String, value: String)] {
        var words: [(String, String)] = []
        if let kind = rule.kind { words.append(("kind", kind.rawValue)) }
        if rule.states != RetentionRule.endings {
            words += rule.states.map(\.rawValue).sorted().map { ("state", $0) }
        }
        if let age = rule.age { words.append(("older-than", text(of: age))) }
        if rule.newest > 0 { words.append(("keep", String(rule.newest))) }
        if let bytes = rule.newestBytes { words.append(("keep-bytes", String(bytes))) }
        return words
    }
}
