import ArgumentParser
import HoldfastAPI
import HoldfastCore

/// How often and when a job is tried again, as options say it.
struct RetryOptions: ParsableArguments {
    @Option(help: "How many attempts the job has (default: 5).", transform: ValueReading.count)
    var maxAttempts: Int?

    @Option(
        help: ArgumentHelp(
            "How waits follow one another: none, constant, exponential, or table for a list of them.",
            valueName: "shape"),
        transform: RetryOptions.shape)
    var backoff: RetryChoice.Shape?

    @Option(
        help: ArgumentHelp("The first wait, or the list of waits: 10s,5m,1h.", valueName: "time"),
        transform: RetryOptions.waits)
    var wait: [Duration]?

    @Option(help: "How much longer each exponential wait is than the one before it (default: 2).")
    var factor: Double?

    @Option(
        help: ArgumentHelp("The longest exponential wait (default: 1h).", valueName: "time"),
        transform: ValueReading.duration)
    var maximumWait: Duration?

    @Option(help: "How far a wait may be lengthened by chance, from 0 to 1 (default: 0.2 for exponential).")
    var jitter: Double?

    /// What was said; nil when nothing was.
    ///
    /// - Throws: `ValidationError` when the options do not fit together.
    func choice() throws -> RetryChoice? {
        var choice = RetryChoice()
        choice.maxAttempts = maxAttempts
        choice.backoff = backoff
        choice.waits = wait
        choice.factor = factor
        choice.maximum = maximumWait
        choice.jitter = jitter
        guard choice != RetryChoice() else { return nil }
        do {
            _ = try choice.policy()
            return choice
        } catch {
            throw ValidationError("retries: \(error)")
        }
    }

    private static func shape(_ text: String) throws -> RetryChoice.Shape {
        guard let shape = RetryChoice.Shape(rawValue: text) else {
            let names = RetryChoice.Shape.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("a backoff is one of \(names)")
        }
        return shape
    }

    private static func waits(_ text: String) throws -> [Duration] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map {
            try ValueReading.duration(String($0))
        }
    }
}
