import HoldfastCore

extension RetryPolicy {
    /// The policy in words, such as `5 attempts, waits from 1 s growing by 2 up to 1 h`.
    var words: String {
        let attempts = maxAttempts == 1 ? "1 attempt" : "\(maxAttempts) attempts"
        guard maxAttempts > 1 else { return attempts }
        let longer = jitter > 0 ? ", up to \(Int((jitter * 100).rounded())) % longer by chance" : ""
        switch backoff {
        case .none: return "\(attempts) without a wait"
        case .constant(let wait): return "\(attempts), \(RetryPolicy.text(wait)) apart\(longer)"
        case .exponential(let initial, let factor, let maximum):
            return "\(attempts), waits from \(RetryPolicy.text(initial)) growing \(Self.text(factor)) times"
                + " up to \(RetryPolicy.text(maximum))\(longer)"
        case .table(let waits):
            let list = waits.prefix(6).map(RetryPolicy.text).joined(separator: ", ")
            return "\(attempts), waits of \(list)\(waits.count > 6 ? ", ..." : "")\(longer)"
        }
    }

    private static func text(_ factor: Double) -> String {
        Int(exactly: factor).map(String.init) ?? String(factor)
    }

    private static func text(_ wait: Duration) -> String {
        HumanUnits.duration(microseconds: wait.microsecondsRoundedUp)
    }
}

extension JobState {
    /// The attempt of which `lastFailure` tells; nil when none failed.
    var lastFailureAttempt: Int? {
        guard lastFailure != nil else { return nil }
        if case .failed = phase { return attempt }
        // Whatever follows a failed attempt belongs to the next one.
        return attempt - 1
    }
}
