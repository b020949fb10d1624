import HoldfastCore

/// Says what a job waits for, for people.
enum WaitText {
    /// The name of a wait whose kind is known, with its number where it is not the first.
    static func place(_ wait: WaitKey) -> String {
        wait.occurrence == 1 ? wait.name.rawValue : "\(wait.name)#\(wait.occurrence)"
    }

    /// What is waited for, the first few of many.
    static func list(_ reasons: [WaitReason], hasMore: Bool) -> String {
        let shown = reasons.prefix(3).map(text(of:))
        let rest = reasons.count - shown.count
        let more = hasMore ? "many more" : "\(rest) more"
        return shown.joined(separator: ", ") + (rest > 0 || hasMore ? " and \(more)" : "")
    }

    private static func text(of reason: WaitReason) -> String {
        switch reason {
        case .wait(let wait, _): "\(wait.kind.rawValue) \(place(wait))"
        case .children(let name, _): "children \(name)"
        }
    }
}
