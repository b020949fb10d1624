import HoldfastCore

/// Writes how far a job has come in words.
enum ProgressText {
    /// Everything that is known, in one line: `hashing 12,400/121,034 (10 %), 1.5 GiB`.
    static func line(of progress: Progress) -> String {
        var parts: [String] = []
        if let phase = progress.phase { parts.append(phase) }
        switch progress.amount {
        case .fraction(let part): parts.append(HumanUnits.percent(part))
        case .count(let done, let total?):
            let share = progress.fraction.map { " (\(HumanUnits.percent($0)))" } ?? ""
            parts.append("\(HumanUnits.count(done))/\(HumanUnits.count(total))\(share)")
        case .count(let done, nil): parts.append(HumanUnits.count(done))
        case nil: break
        }
        let counters = progress.counters.sorted { $0.key < $1.key }.map { name, value in
            name == "bytes" ? HumanUnits.bytes(value) : "\(HumanUnits.count(value)) \(name)"
        }
        let message = progress.message.map { [$0] } ?? []
        return ([parts.joined(separator: " ")] + message + counters).filter { !$0.isEmpty }.joined(
            separator: ", ")
    }

    /// The part that is done and the phase, for a narrow column: `10 % hashing`.
    static func short(of progress: Progress) -> String {
        let amount: String? =
            if let fraction = progress.fraction {
                HumanUnits.percent(fraction)
            } else if case .count(let done, _) = progress.amount {
                HumanUnits.count(done)
            } else {
                nil
            }
        return [amount, progress.phase].compactMap(\.self).joined(separator: " ")
    }
}
