public import HoldfastCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ModelAnswer {
    /// The answer as JSON, taken out of the fence of three backticks that models like to put around it.
    ///
    /// - Throws: `ModelError` with the reason `.malformed` when it is none; asking again may give some.
    public func json() throws(ModelError) -> JSONText {
        do {
            return try JSONText(validating: unfenced)
        } catch {
            throw ModelError(.malformed, "\(model) did not answer with JSON: \(error)")
        }
    }

    /// Reads the answer as the JSON of a type.
    ///
    /// - Parameter type: What the answer holds.
    /// - Returns: The value.
    /// - Throws: `ModelError` with the reason `.malformed` when the answer is no JSON, or not of that type.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws(ModelError) -> Value {
        let json = try json()
        do {
            return try JSONDecoder().decode(type, from: Data(json.text.utf8))
        } catch {
            throw ModelError(.malformed, "\(model) answered with JSON of another form than \(type)")
        }
    }

    /// The text, taken out of the fence of three backticks that models like to put around a file.
    public var unfenced: String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let isBlank: (Substring) -> Bool = { $0.allSatisfy(\.isWhitespace) }
        guard let first = lines.firstIndex(where: { !isBlank($0) }),
            let last = lines.lastIndex(where: { !isBlank($0) }),
            first < last, lines[first].hasPrefix("```"), lines[last].hasPrefix("```")
        else { return text }
        return lines[(first + 1)..<last].joined(separator: "\n")
    }
}
