import FoundationEssentials
package import HoldfastCore

/// Turns values of users into JSON and back: the one place where their `Codable` form is used.
package enum JobCoding {
    /// The JSON of a value, with sorted keys, so that equal values give equal text.
    ///
    /// - Throws: `EncodingError` as the value's type does.
    package static func encode(_ value: some Encodable) throws -> JSONText {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return JSONText(unchecked: String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// The value of some JSON.
    ///
    /// - Throws: `DecodingError` as the value's type does.
    package static func decode<Value: Decodable>(_ json: JSONText, as type: Value.Type = Value.self) throws
        -> Value
    {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Value.self, from: Data(json.text.utf8))
    }
}
