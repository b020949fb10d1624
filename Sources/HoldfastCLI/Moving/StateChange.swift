import HoldfastCore
import HoldfastStore

/// Says what an event changed in the state of its job.
struct StateChange {
    /// The longest piece of a value that is shown, in characters.
    private static let longestValue = 60

    private let old: JobState?
    private let new: JobState

    /// Compares the states before and after an event.
    init(from old: JobState?, to new: JobState) {
        self.old = old
        self.new = new
    }

    /// Each field that changed, such as `state queued -> running`; `nothing` when none did.
    ///
    /// The version, which every event changes, is left out, and so are the fields of a new job that say nothing.
    var words: String {
        guard let old else { return "a new job: \(new.origin.kind), \(new.phase.name.rawValue)" }
        do {
            let (before, after) = (
                try JSONFields(JobStateCodec.encode(old)), try JSONFields(JobStateCodec.encode(new))
            )
            let names = after.keys + before.keys.filter { !after.keys.contains($0) }
            let changes = names.compactMap { name -> String? in
                let (left, right) = (before.raw(name), after.raw(name))
                guard name != "version", left != right else { return nil }
                return "\(name) \(Self.quote(left)) -> \(Self.quote(right))"
            }
            return changes.isEmpty ? "nothing" : changes.joined(separator: ", ")
        } catch {
            return "\(error)"
        }
    }

    private static func quote(_ value: JSONText?) -> String {
        guard let value else { return "none" }
        let text = JSONValues.string(value) ?? value.text
        let start = text.prefix(longestValue)
        return start.endIndex == text.endIndex ? text : start + "…"
    }
}
