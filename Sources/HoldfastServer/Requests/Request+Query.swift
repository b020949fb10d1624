import HTTPTypes
public import Hummingbird

extension Request {
    /// A parameter of the query, for endpoints of applications, decoded as forms and `URLSearchParams` encode it: `+` is
    /// a space.
    ///
    /// - Returns: The value; nil when the parameter is absent.
    /// - Throws: What becomes a problem that names the parameter, when it is given twice or badly encoded.
    public func parameter(_ name: String) throws -> String? {
        try QueryParameters(self, known: [name], skipsOthers: true).text(name)
    }

    /// A parameter of the query that is a whole number, for endpoints of applications.
    ///
    /// - Parameters:
    ///   - name: The parameter.
    ///   - bounds: What it may be.
    /// - Returns: The number; nil when the parameter is absent.
    /// - Throws: What becomes a problem that names the parameter, when it is no whole number within the bounds.
    public func parameter(_ name: String, in bounds: ClosedRange<Int>) throws -> Int? {
        try QueryParameters(self, known: [name], skipsOthers: true).count(name, in: bounds)
    }

    /// A parameter of the query that holds several values with commas between, or is given several times, for endpoints of
    /// applications.
    ///
    /// - Returns: The values; nil when the parameter is absent.
    /// - Throws: What becomes a problem that names the parameter, when it is badly encoded.
    public func parameters(_ name: String) throws -> [String]? {
        try QueryParameters(self, known: [name], skipsOthers: true).list(name)
    }

    /// Takes a parameter out of the query.
    ///
    /// - Returns: Its value as it stands there; nil when it is absent. One that is given several times has a value that
    ///   is none.
    mutating func takeParameter(_ name: String) -> String? {
        let pairs = pairs
        let taken = pairs.filter { $0.name == name }
        guard let first = taken.first else { return nil }
        setQuery(pairs.filter { $0.name != name }.map(\.text))
        return taken.count == 1 ? PercentEncoding.decoded(first.value, plusIsSpace: true) ?? "" : ""
    }

    /// Lets a filter choose the events of a stream.
    ///
    /// - Returns: False when the request has a filter of its own that is another one.
    /// - Throws: `RequestFault` when a parameter is badly encoded.
    mutating func replaceFilter(by filter: [String: [String]]) throws -> Bool {
        let own = pairs.filter { StreamGrant.filterNames.contains($0.name) }
        guard own.isEmpty else {
            let parameters = try QueryParameters(
                self, known: StreamGrant.filterNames + pairs.map(\.name))
            let given = StreamGrant.filterNames.reduce(into: [:]) { $0[$1] = parameters.list($1) }
            return Request.normal(given) == Request.normal(filter)
        }
        let added = filter.sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { "\(name)=\(PercentEncoding.encoded($0))" }
        }
        setQuery(pairs.map(\.text) + added)
        return true
    }

    private typealias Pair = (name: String, value: Substring, text: String)

    private var pairs: [Pair] {
        (uri.query ?? "").split(separator: "&").map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decoded(parts[0], plusIsSpace: true) ?? String(parts[0])
            return (name, parts.count > 1 ? parts[1] : "", String(text))
        }
    }

    private mutating func setQuery(_ pairs: [String]) {
        var head = head
        head.path = uri.path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
        self = Request(head: head, body: body)
    }

    /// Values without order, and lists with commas taken apart.
    private static func normal(_ filter: [String: [String]]) -> [String: Set<String>] {
        filter.mapValues { Set($0.flatMap { $0.split(separator: ",").map(String.init) }) }
            .filter { !$0.value.isEmpty }
    }
}
