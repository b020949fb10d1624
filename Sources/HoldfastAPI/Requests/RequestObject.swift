public import HoldfastCore

/// Reads the JSON object of a request's body and refuses what the endpoint does not know.
public struct RequestObject: Sendable {
    private let fields: JSONFields

    /// Scans a body.
    ///
    /// - Parameters:
    ///   - bytes: The body as it came.
    ///   - known: The fields that mean something to the endpoint.
    /// - Throws: `RequestFault` when the body is not a JSON object or has a field that is unknown or given
    ///   twice.
    public init(parsing bytes: some Sequence<UInt8>, known: [String]) throws(RequestFault) {
        let json = try RequestObject.json(parsing: bytes)
        do {
            fields = try JSONFields(json)
        } catch {
            throw .malformedJSON(error)
        }
        try check(known)
    }

    /// Scans a body that may be any JSON.
    ///
    /// - Throws: `RequestFault` when it is not JSON.
    public static func json(parsing bytes: some Sequence<UInt8>) throws(RequestFault) -> JSONText {
        let text = try text(of: Array(bytes))
        do {
            return try JSONText(validating: text)
        } catch {
            throw .malformedJSON(error)
        }
    }

    private init(_ fields: JSONFields) { self.fields = fields }

    /// Whether the field was given, be it as `null`.
    public func has(_ name: String) -> Bool { fields.keys.contains(name) }

    /// The exact value of a field; nil when it is absent or `null`.
    public func raw(_ name: String) -> JSONText? { fields.raw(name) }

    /// Reads a field; `read` is one of the accessors of `JSONFields`.
    ///
    /// - Throws: `RequestFault.invalidField` when it is of the wrong form.
    public func value<Value>(
        _ read: (JSONFields) throws(JSONFieldError) -> Value
    ) throws(RequestFault) -> Value {
        do {
            return try read(fields)
        } catch {
            throw .invalidField(error.field, expected: error.expected)
        }
    }

    /// Reads a field that holds an object; nil when it is absent or `null`.
    ///
    /// - Throws: `RequestFault` when it is no object or has a field that is unknown or given twice.
    public func object(_ name: String, known: [String]) throws(RequestFault) -> RequestObject? {
        guard let inner = try value({ fields throws(JSONFieldError) in try fields.object(name) }) else {
            return nil
        }
        let object = RequestObject(inner)
        try object.check(known)
        return object
    }

    private func check(_ known: [String]) throws(RequestFault) {
        var seen: Set<String> = []
        for name in fields.keys {
            guard known.contains(name) else { throw .unknownField(name, known: known) }
            guard seen.insert(name).inserted else { throw .invalidField(name, expected: "given once") }
        }
    }

    private static func text(of bytes: [UInt8]) throws(RequestFault) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var offset = 0
        while case .valid(let scalar) = parser.parseScalar(from: &rest) { offset += scalar.count }
        throw .notUTF8(offset: offset)
    }
}
