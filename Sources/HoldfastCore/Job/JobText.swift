/// A text to look for in what names a job: its id, kind, key and tags; upper and lower case are alike.
public struct JobText: Hashable, Sendable {
    /// The longest text, in bytes.
    public static let longest = 200

    /// The text, as it was given.
    public let text: String
    private let folded: String

    /// Takes a text; nil for an empty one and one of more than 200 bytes.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= JobText.longest else { return nil }
        self.text = text
        folded = text.lowercased()
    }

    /// Tells whether the text is in what names a job.
    public func accepts(_ state: JobState) -> Bool {
        let origin = state.origin
        return state.id.description.contains(folded) || origin.kind.rawValue.lowercased().contains(folded)
            || (origin.key?.rawValue.lowercased().contains(folded) ?? false)
            || origin.tags.contains { $0.rawValue.lowercased().contains(folded) }
    }
}
