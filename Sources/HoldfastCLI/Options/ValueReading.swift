import ArgumentParser
import HoldfastAPI
import HoldfastCore

/// A limit that was typed.
enum LimitArgument<Value: Hashable & Sendable>: Hashable, Sendable {
    /// This one.
    case limit(Value)
    /// There is to be none.
    case none

    /// The limit; nil when there is to be none.
    var value: Value? {
        switch self {
        case .limit(let value): value
        case .none: nil
        }
    }
}

/// Reads the values of options, with a sentence for each that does not fit.
enum ValueReading {
    /// Reads a length of time: `500ms`, `30s`, `5m`, `2h`, `1d`, also with a fraction; digits alone are
    /// seconds.
    static func duration(_ text: String) throws -> Duration {
        guard let duration = DurationText.duration(text) else {
            throw ValidationError("a length of time looks like 30s, 5m, 2h or 1d")
        }
        return duration
    }

    /// Reads a moment as RFC 3339.
    static func moment(_ text: String) throws -> Timestamp {
        guard let moment = Timestamp(rfc3339: text) else {
            throw ValidationError("a moment looks like 2026-10-08T14:03:00Z or 2026-10-08T16:03:00+02:00")
        }
        return moment
    }

    /// Reads a place in the log.
    static func position(_ text: String) throws -> EventLogPosition {
        guard let position = EventLogPosition(text: text) else {
            throw ValidationError("a position is a whole number from 0, as `holdfast history` prints it")
        }
        return position
    }

    /// Reads a priority: a word or a number.
    static func priority(_ text: String) throws -> JobPriority {
        switch text {
        case "high": return .high
        case "normal": return .normal
        case "low": return .low
        default: break
        }
        guard let number = Int(text), let priority = JobPriority(number) else {
            throw ValidationError("a priority is high, normal, low or a number from -100 to 100")
        }
        return priority
    }

    /// Reads a number of things to show.
    static func count(_ text: String) throws -> Int {
        guard let count = Int(text), (1...1_000_000).contains(count) else {
            throw ValidationError("it is a number from 1 to 1000000")
        }
        return count
    }

    /// Reads a number of bytes: `500`, `64K`, `1.5M`, `2G`, `1T`, each a multiple of 1024; `MiB` and `MB` mean the same as `M`.
    static func bytes(_ text: String) throws -> Int64 {
        let wrong = ValidationError("a size looks like 500M, 2G or 1.5T, or is a number of bytes")
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).lowercased()
        let powers = ["": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4]
        guard
            let power = powers[unit]
                ?? powers[String(unit.prefix(1))].flatMap({ power in
                    power > 0 && ["b", "ib"].contains(String(unit.dropFirst())) ? power : nil
                })
        else { throw wrong }
        guard let number = Double(digits), number >= 0 else { throw wrong }
        let bytes = (number * Double(1 << (10 * power))).rounded()
        guard bytes < 0x1p62 else { throw wrong }
        return Int64(bytes)
    }

    /// Reads a limit: a number from 1, or `none`.
    static func limit(_ text: String) throws -> LimitArgument<Int> {
        if text == "none" { return .none }
        guard let count = Int(text), (1...QueueLimits.greatestCount).contains(count) else {
            throw ValidationError("a limit is a number from 1 to \(QueueLimits.greatestCount), or none")
        }
        return .limit(count)
    }

    /// Reads a rate: `100/1s`, `5000/1h`, or `none`.
    static func rate(_ text: String) throws -> LimitArgument<QueueRate> {
        if text == "none" { return .none }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let jobs = Int(parts[0]), jobs > 0 else {
            throw ValidationError("a rate looks like 100/1s or 5000/1h, or is none")
        }
        return .limit(QueueRate(jobs, per: try duration(String(parts[1]))))
    }

    /// Reads a name.
    static func name<Name: TextIdentifier>(_ text: String) throws -> Name {
        guard let name = Name(rawValue: text) else { throw ValidationError(TextIdentifierRules.explanation) }
        return name
    }

    /// Reads the name of an artifact.
    static func artifactName(_ text: String) throws -> ArtifactName {
        guard let name = ArtifactName(rawValue: text) else { throw ValidationError(ArtifactName.explanation) }
        return name
    }

    /// Reads an amount.
    static func cost(_ text: String) throws -> CostAmount {
        guard let amount = CostAmount(decimal: text), amount > .zero else {
            throw ValidationError(
                "an amount is a number above 0 such as 5.00 or 0.0125, with at most 6 digits behind the point"
            )
        }
        return amount
    }

    /// Reads what happens when a budget is spent.
    static func budgetPolicy(_ text: String) throws -> JobBudget.Policy {
        guard let policy = JobBudget.Policy(rawValue: text) else {
            throw ValidationError("a budget that is spent may pause the job or let it fail: pause or fail")
        }
        return policy
    }

    /// Reads states, separated by commas.
    static func states(_ text: String) throws -> [JobPhaseName] {
        try text.split(separator: ",").map { name in
            guard let state = JobPhaseName(rawValue: String(name)) else {
                let names = JobPhaseName.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("a state is one of \(names)")
            }
            return state
        }
    }

    /// Reads a whole id of a job.
    static func job(_ text: String) throws -> JobID {
        guard let job = JobID(text) else {
            throw ValidationError("a whole job id looks like 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e")
        }
        return job
    }

    /// Reads a text to look for.
    static func jobText(_ text: String) throws -> JobText {
        guard let found = JobText(text) else {
            throw ValidationError("it is a text of 1 to \(JobText.longest) bytes")
        }
        return found
    }

    /// Reads how serious a logged line is.
    static func level(_ text: String) throws -> LogLevel {
        guard let level = LogLevel(rawValue: text) else {
            let names = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("a level is one of \(names)")
        }
        return level
    }
}
