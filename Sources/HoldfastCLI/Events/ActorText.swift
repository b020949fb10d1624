import HoldfastCore

extension EventActor {
    /// Who it is, in the words of a sentence: `ana`, `worker host/default`, `the engine`.
    var words: String {
        switch role {
        case .person: id
        case .worker: "worker \(id)"
        case .schedule: "schedule \(id)"
        case .engine: "the engine"
        }
    }
}

extension JobFailure {
    /// What went wrong, in one line: `InventoryError in hash#2: The disk is full`.
    var words: String {
        let place = step.map { " in \($0)" } ?? ""
        return "\(type)\(place): \(message)"
    }
}

extension Optional where Wrapped == String {
    /// A reason as the end of a sentence: `: no longer needed`; nothing without one.
    var asReason: String { map { ": \($0)" } ?? "" }
}
