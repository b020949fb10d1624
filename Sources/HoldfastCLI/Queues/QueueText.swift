import HoldfastCore

/// Says in words what a queue allows.
struct QueueText {
    /// How moments are written.
    let time: LocalTime
    /// The moment that tells which day is today.
    let now: Timestamp

    /// One sentence about a queue that was just changed.
    func sentence(about queue: QueueState) -> String {
        let limits = Self.words(for: queue.limits)
        return "Queue \(queue.name) " + (queue.pause.map { "is paused \(words(for: $0)); " } ?? "")
            + (limits.isEmpty ? "has no limits" : "allows \(limits)")
    }

    /// Who paused a queue and why.
    func words(for pause: QueuePause) -> String {
        "by \(pause.actor.words) since \(time.short(pause.at.microseconds, now: now.microseconds))"
            + pause.reason.asReason
    }

    /// The limits that there are, such as `3 at once, 100/1s, weight 3`; empty when there are none.
    static func words(for limits: QueueLimits) -> String {
        var parts: [String] = []
        if let concurrency = limits.concurrency { parts.append("\(concurrency) at once") }
        if let perProcess = limits.perProcess { parts.append("\(perProcess) per process") }
        if let rate = limits.rate { parts.append(words(for: rate)) }
        if limits.weight != QueueLimits.none.weight { parts.append("weight \(limits.weight)") }
        if let perKey = limits.perKey { parts.append("\(perKey) per key") }
        return parts.joined(separator: ", ")
    }

    /// A rate as it is typed, such as `100/1s`.
    static func words(for rate: QueueRate) -> String {
        let units: [(name: String, microseconds: Int64)] = [
            ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000),
        ]
        let window = rate.windowMicroseconds
        let unit = units.first { window % $0.microseconds == 0 }
        let length = unit.map { "\(window / $0.microseconds)\($0.name)" } ?? "\(Double(window) / 1000)ms"
        return "\(rate.jobs)/\(length)"
    }
}
