public import HoldfastCore

/// What is wrong with a request, before anything was asked of the engine.
public enum RequestFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The body is not JSON, or not an object.
    case malformedJSON(JSONSyntaxError)
    /// The body is not UTF-8 from this byte on, counted from 0.
    case notUTF8(offset: Int)
    /// The body has a field that means nothing here.
    case unknownField(String, known: [String])
    /// A field is missing, given twice or of the wrong form.
    case invalidField(String, expected: String)
    /// The query has a parameter that means nothing here.
    case unknownParameter(String, known: [String])
    /// A parameter is given twice or of the wrong form.
    case invalidParameter(String, expected: String)
    /// A header is of the wrong form.
    case invalidHeader(String, expected: String)
    /// A cursor, named by where it was given, is no position.
    case malformedCursor(String)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .malformedJSON(let error): "the body is \(error)"
        case .notUTF8(let offset): "the body is not JSON at byte \(offset): it is not UTF-8"
        case .unknownField(let name, let known):
            "there is no field \"\(name)\" here; there are \(known.joined(separator: ", "))"
        case .invalidField(let name, let expected): "\"\(name)\" should be \(expected)"
        case .unknownParameter(let name, let known):
            "there is no parameter \"\(name)\" here; there are \(known.joined(separator: ", "))"
        case .invalidParameter(let name, let expected): "\"\(name)\" should be \(expected)"
        case .invalidHeader(let name, let expected): "the header \(name) should be \(expected)"
        case .malformedCursor(let place):
            "\(place) should be a position: the digits of an id: that this stream sent"
        }
    }
}
