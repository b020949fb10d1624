import Foundation
import HoldfastCore
import Testing

/// Checks something that is true of every story, whatever the seed.
enum Property {
    /// Names the environment variable that holds one seed to run alone, as the message of a failure gives it.
    static let seedVariable = "HOLDFAST_TEST_SEED"

    /// The one seed to run; nil to run them all.
    static let onlySeed = ProcessInfo.processInfo.environment[seedVariable].flatMap { UInt64($0) }

    /// Runs the check over the seeds `first`, `first + 1` and so on; records the first seed that breaks it.
    static func holds(
        from first: UInt64, cases: Int = 600, sourceLocation: SourceLocation = #_sourceLocation,
        _ check: (UInt64) throws -> Void
    ) {
        let seeds = onlySeed.map { $0...$0 } ?? first...(first + UInt64(cases) - 1)
        for seed in seeds {
            do {
                try check(seed)
            } catch {
                Issue.record(
                    "seed \(seed): \(error); run it alone with \(seedVariable)=\(seed)",
                    sourceLocation: sourceLocation)
                return
            }
        }
    }

    /// Runs the check over random stories.
    static func holdsInEveryStory(
        from first: UInt64, cases: Int = 600, sourceLocation: SourceLocation = #_sourceLocation,
        _ check: (RandomStory) throws -> Void
    ) {
        holds(from: first, cases: cases, sourceLocation: sourceLocation) { seed in
            try check(try RandomStory(seed: seed))
        }
    }
}

/// Says in which way a property does not hold.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Stops the check of a property when a condition does not hold.
///
/// Unlike `#expect`, it costs next to nothing when the condition holds; properties ask it a million times.
func demand(_ condition: Bool, _ message: @autoclosure () -> String) throws(Violation) {
    if !condition { throw Violation(description: message()) }
}
