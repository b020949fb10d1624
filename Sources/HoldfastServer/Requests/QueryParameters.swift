import HoldfastAPI
import HoldfastCore
import HoldfastStore
import Hummingbird

/// Reads the parameters of a query and refuses those that the endpoint does not know, so that a misspelt
/// filter is
/// noticed and does not give everything.
struct QueryParameters {
    private var values: [String: [String]] = [:]

    /// Decodes a query as forms and `URLSearchParams` encode it: `+` is a space.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - known: The parameters that the endpoint has.
    ///   - skipsOthers: Whether it passes over others, where a protocol wants that.
    /// - Throws: `RequestFault` for a parameter that is unknown or badly encoded.
    init(_ request: Request, known: [String], skipsOthers: Bool = false) throws(RequestFault) {
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decoded(parts[0], plusIsSpace: true) ?? String(parts[0])
            guard known.contains(name) else {
                if skipsOthers { continue }
                throw .unknownParameter(name, known: known)
            }
            guard let value = PercentEncoding.decoded(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else {
                throw .invalidParameter(name, expected: "percent-encoded UTF-8")
            }
            values[name, default: []].append(value)
        }
    }

    /// A parameter that may be given once; nil when it is absent.
    func text(_ name: String) throws(RequestFault) -> String? {
        guard let all = values[name] else { return nil }
        guard let only = all.first, all.count == 1 else {
            throw .invalidParameter(name, expected: "given once")
        }
        return only
    }

    /// A parameter that may be given several times or hold several values with commas between; nil when it is
    /// absent.
    func list(_ name: String) -> [String]? {
        values[name]?.flatMap { $0.split(separator: ",").map(String.init) }
    }

    /// A name; nil when it is absent.
    func name<Name: TextIdentifier>(
        _ parameter: String, as type: Name.Type = Name.self
    ) throws(RequestFault) -> Name? {
        guard let text = try text(parameter) else { return nil }
        guard let name = Name(rawValue: text) else {
            throw .invalidParameter(parameter, expected: "a name (\(TextIdentifierRules.explanation))")
        }
        return name
    }

    /// A whole number within bounds; nil when it is absent.
    func count(_ name: String, in bounds: ClosedRange<Int>) throws(RequestFault) -> Int? {
        guard let text = try text(name) else { return nil }
        guard let number = Int(text), bounds.contains(number) else {
            throw .invalidParameter(
                name, expected: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// A moment as RFC 3339; nil when it is absent.
    func moment(_ name: String) throws(RequestFault) -> Timestamp? {
        guard let text = try text(name) else { return nil }
        guard let moment = Timestamp(rfc3339: text) else {
            throw .invalidParameter(name, expected: "a time such as 2026-10-08T14:03:00Z")
        }
        return moment
    }

    /// A moment of the past, at `at`; nil for now.
    func past() throws(RequestFault) -> LogMoment? {
        guard let text = try text("at") else { return nil }
        guard let moment = LogMoment(text) else {
            throw .invalidParameter("at", expected: "a position, or a time such as 2026-10-08T14:03:00Z")
        }
        return moment
    }

    /// `1` or `true`, `0` or `false`; false when it is absent.
    func flag(_ name: String) throws(RequestFault) -> Bool {
        switch try text(name) {
        case nil, "0", "false": return false
        case "", "1", "true": return true
        default: throw .invalidParameter(name, expected: "1 or 0")
        }
    }
}
