/// What a client likes and how much, as `Accept` and `Accept-Encoding` say it (RFC 9110, section 12.4.2).
public struct Preferences: Hashable, Sendable {
    /// One thing that is named.
    public struct Entry: Hashable, Sendable {
        /// Its name, in lower case.
        public let name: String
        /// From 0, which means never, to 1; 1 where nothing is said, 0 where it is no number.
        public let weight: Double
    }

    /// What is named, in the order of the header.
    public let entries: [Entry]

    /// Reads the value of a header; nil names nothing.
    public init(_ header: String?) {
        entries = (header ?? "").split(separator: ",").compactMap { range in
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            guard let name = parts.first else { return nil }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
            return Entry(name: name, weight: weight ?? 1)
        }
    }

    /// How much a thing is liked; nil when it is not named.
    ///
    /// Of several entries of a name the last one counts.
    public func weight(of name: String) -> Double? { entries.last { $0.name == name }?.weight }
}
